"""Common codes of UNECE Recommendation 20 name the units that the OPC Foundation's list of them names."""

from __future__ import annotations

import pytest

from semantic_gw.lexicon.units import unit_by_code, unit_table

SYMBOLS = """
    C81 rad|DD °|E96 °/s|MTR m|DMT dm|CMT cm|4H µm|MMT mm|KTM km|KMT km|C45 nm|NMI n mile|INH in|FOT ft|YRD yd|SMI mile
    MTK m²|KMK km²|CMK cm²|MMK mm²|HAR ha|FTK ft²|MTQ m³|LTR l|MMQ mm³|CMQ cm³|DMQ dm³|MLT ml|HLT hl|CLT cl|K6 kl
    FTQ ft³|GLI gal (UK)|GLL gal (US)|SEC s|MIN min|HUR h|DAY d|C26 ms|B98 µs|C47 ns|WEE wk|ANN y|2A rad/s|M46 r/min
    MTS m/s|KNT kn|KMH km/h|C16 mm/s|2M cm/s|H81 mm/min|2X m/min|H67 mm/h|FR ft/min|IU in/s|FS ft/s|HM mile/h|M60 m/h
    MSK m/s²|M39 cm/s²|M41 mm/s²|K40 gn|HTZ Hz|KHZ kHz|MHZ MHz|A86 GHz|C97 s⁻¹|RPS r/s|RPM r/min|C94 min⁻¹|2N dB
    KGM kg|MC µg|GRM g|TNE t|MGM mg|LBR lb|ONZ oz|LTN ton (UK)|STN ton (US)|KMQ kg/m³|23 g/cm³|D41 t/m³|GJ g/ml
    GL g/l|A93 g/m³|GP mg/m³|B34 kg/dm³|H29 µg/l|M1 mg/l|GQ µg/m³|87 lb/ft³|C62 1|NEW N|B73 MN|B47 kN|C20 mN|C78 lbf
    B37 kgf|NU N·m|B48 kN·m|D83 mN·m|J72 cN·m|F88 N·cm|F21 lbf·in|M92 lbf·ft|74 mPa|MPA MPa|PAL Pa|KPA kPa|BAR bar
    MBR mbar|ATM atm|A97 hPa|PS lbf/in²|UA Torr|ATT at|H78 cm H₂O|HP mm H₂O|HN mm Hg|F79 inHg|F78 inH₂O|E42 kgf/cm²
    C65 Pa·s|C24 mPa·s|89 P|C7 cP|C17 mm²/s|4C cSt|JOU J|KJO kJ|GV GJ|3B MJ|WHR W·h|MWH MW·h|KWH kW·h|GWH GW·h
    D32 TW·h|WTT W|KWT kW|MAW MW|A90 GW|C31 mW|D80 µW|HJ metric hp|KGS kg/s|F27 g/h|F28 g/min|F29 g/s|F30 kg/d
    E93 kg/h|F31 kg/min|4U lb/h|K78 lb/min|E18 t/h|L71 t/d|MQS m³/s|MQH m³/h|40 ml/s|41 ml/min|LD l/d|2J cm³/s
    L2 l/min|G49 cm³/min|G52 m³/d|G53 m³/min|G51 l/s|G55 ml/h|2K ft³/h|2L ft³/min|G2 gal (US) /min|G3 gal (UK) /min
    G50 gal/h|4X kl/h|KEL K|CEL °C|FAH °F|H12 °C/h|H13 °C/min|M20 1/MK|J55 W·s|BTU BtuIT|K53 kcalth|2I BtuIT/h|D54 W/m²
    AMP A|B22 kA|4K mA|B84 µA|C39 nA|COU C|AMH A·h|TAH kA·h|E09 mA·h|VLT V|KVT kV|2Z mV|D82 µV|FAR F|4O µF|C41 nF|4T pF
    D33 T|C29 mT|D81 µT|OHM Ω|A87 GΩ|B75 MΩ|B49 kΩ|E45 mΩ|SIE S|C27 mS|B99 µS|G42 µS/cm|D10 S/m|H43 S/cm|H61 mS/cm
    D31 TW|D46 V·A|MVA MV·A|KVA kV·A|D44 var|KVR kvar|LUM lm|CDL cd|A24 cd/m²|LUX lx|C34 mol|M33 mmol/l|Q30 pH|A19 Bq/m³
    P71 mSv/h|P72 µSv/h|H60 m³/m³
"""
"""Code and symbol, as UNECE_to_OPCUA.csv has them."""

PAIRS = [entry.strip().split(" ", 1) for line in SYMBOLS.strip().splitlines() for entry in line.split("|")]
NOT_LISTED = frozenset(
    {
        "P1", "59", "61", "NX", "H87", "EA", "K5", "B35", "MAR", "C79", "K3", "MAH", "E32", "DBM", "AD", "2P", "4L",
        "E34", "E35", "A99", "B10", "C74", "E20", "BPM", "5K", "N72", "BLL",
    }
)  # fmt: skip
"""Codes that Recommendation 20 has and that list has not, or with a symbol that is another one's."""


@pytest.mark.parametrize(("code", "symbol"), PAIRS)
def test_a_code_is_of_the_unit_that_its_symbol_spells(code: str, symbol: str) -> None:
    found = unit_by_code(code)
    assert found is not None

    spelled = unit_table().find(symbol, min(found.quantity_kinds, default=None))

    assert spelled in (None, found)


def test_most_symbols_spell_a_unit() -> None:
    assert sum(unit_table().find(symbol) is not None for _, symbol in PAIRS) > 0.9 * len(PAIRS)


def test_every_code_was_compared() -> None:
    codes = {code for unit in unit_table().by_iri.values() for code in unit.cefact}

    assert codes - {code for code, _ in PAIRS} == NOT_LISTED
