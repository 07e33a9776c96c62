"""Every setting of the gateway: typed, described, with a safe default.

Sources, strongest first: arguments of the command line, environment variables (`SEMANTIC_GW_HTTP__PORT=8080`), the
TOML file (`semantic-gw.toml`, or the one that `SEMANTIC_GW_CONFIG` names), the defaults below.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

Port = Annotated[int, Field(ge=0, le=65535)]
Format = Literal["jsonld", "nquads", "trig"]
Policy = Literal["reject", "quarantine", "mark", "log"]


class _Group(BaseModel):
    """A table of the TOML file: unknown names are errors, so that a typing slip is never silent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HttpSettings(_Group):
    """The HTTP way in, and the API."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: Port = Field(8080, description="Port to listen on; 0 takes a free one.")
    allow_remote: bool = Field(
        False, description="Must be true to listen on anything but loopback: there is no access control yet."
    )
    max_body_bytes: int = Field(4 * 1024 * 1024, ge=1024, description="Largest request body taken, in bytes.")
    body_timeout_s: float = Field(30.0, gt=0, description="Longest time a request body may take to arrive, in seconds.")
    max_connections: int = Field(1000, ge=1, description="Connections served at once; more get 503.")


class TlsSettings(_Group):
    """Transport encryption to a broker."""

    enabled: bool = Field(False, description="Use TLS.")
    ca_file: Path | None = Field(None, description="PEM file of trusted authorities; the system's where unset.")
    cert_file: Path | None = Field(None, description="PEM file of the client certificate.")
    key_file: Path | None = Field(None, description="PEM file of the client key.")


class MqttSettings(_Group):
    """The MQTT way in. Off until a host is given."""

    host: str = Field("", description="Broker host; empty switches the binding off.")
    port: Port = Field(1883, description="Broker port.")
    version: Literal["5", "3.1.1"] = Field("5", description="MQTT version.")
    client_id: str = Field("semantic-gateway", description="Client id: names the persistent session.")
    filters: tuple[str, ...] = Field(("zigbee2mqtt/#",), description="Topic filters to subscribe to, at QoS 1.")
    share: str = Field("", description="Share name: several gateways split the filters ($share/<name>/<filter>).")
    username: str = Field("", description="User name.")
    password: SecretStr = Field(SecretStr(""), description="Password.")
    session_expiry_s: int = Field(
        7 * 24 * 3600, ge=0, description="How long the broker keeps messages for us, in seconds."
    )
    receive_maximum: int = Field(1000, ge=1, le=65535, description="Unacknowledged messages in flight.")
    tls: TlsSettings = TlsSettings()


class KafkaSettings(_Group):
    """Kafka as the bus, and as a way in. Off until bootstrap servers are given: then the embedded log is the bus."""

    bootstrap_servers: str = Field("", description="host:port, comma separated; empty means the embedded log.")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="As Kafka names them."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-256", description="SASL mechanism."
    )
    username: str = Field("", description="SASL user name.")
    password: SecretStr = Field(SecretStr(""), description="SASL password.")
    tls: TlsSettings = TlsSettings()
    request_timeout_s: float = Field(10.0, gt=0, description="Longest wait for a broker's answer, in seconds.")
    compression: Literal["none", "zstd", "lz4", "snappy", "gzip"] = Field("zstd", description="Batch compression.")
    raw_topics: str = Field(
        "", description="Regular expression of raw topics to consume; empty switches the way in off."
    )
    raw_group: str = Field("semantic-gateway", description="Consumer group on the raw topics.")
    batch_records: int = Field(500, ge=1, description="Records processed between two commits.")


class LogSettings(_Group):
    """The embedded log: the bus where there is no Kafka, and the spool of payloads in every case."""

    path: Path = Field(Path("data/log.sqlite"), description="The file; its folder is made when missing.")
    max_spool_bytes: int = Field(
        1024**3, ge=1024**2, description="Payloads waiting beyond this are refused (503), in bytes."
    )


class BusSettings(_Group):
    """The topics that the gateway writes."""

    prefix: str = Field("semantic", pattern=r"^[A-Za-z0-9._-]{1,200}$", description="Prefix of every topic.")
    create_topics: bool = Field(True, description="Create missing topics on start.")
    partitions: int = Field(4, ge=1, description="Partitions of a topic made by the gateway.")
    replication_factor: int = Field(1, ge=1, description="Replicas of a topic made by the gateway.")
    retention_hours: float = Field(
        168.0, gt=0, description="How long records stay on a topic made by the gateway, in hours."
    )
    format: Format = Field("jsonld", description="Value format of observations, events and rejected graphs.")

    def topic(self, name: str) -> str:
        """The full name of the gateway's topic *name*.

        >>> BusSettings().topic("observations")
        'semantic.observations'
        """
        return f"{self.prefix}.{name}"


class DirectorySettings(_Group):
    """The Thing Description Directory."""

    database_url: SecretStr = Field(
        SecretStr(""),
        description="Where Things are registered: sqlite:///<path>, or postgresql://user:password@host/database, "
        "which several gateways can share. Empty: directory.sqlite beside the embedded log.",
    )
    max_description_bytes: int = Field(
        1024 * 1024, ge=1024, description="Largest Thing Description or Thing Model taken, in bytes."
    )
    max_bulk_bytes: int = Field(64 * 1024 * 1024, ge=1024, description="Largest body of a bulk registration, in bytes.")
    max_page: int = Field(100_000, ge=1, description="Most Things in one answer of the listing; more are paged.")
    max_ttl_s: float = Field(
        10 * 365 * 24 * 3600.0, gt=0, description="Longest time to live of a registration, in seconds."
    )
    purge_interval_s: float = Field(
        30.0, gt=0, description="How often registrations whose time is over are removed, in seconds."
    )
    kept_changes: int = Field(
        100_000, ge=1000, description="Changes that a subscriber can catch up on with Last-Event-ID."
    )
    max_subscribers: int = Field(200, ge=1, description="Event streams served at once; more get 503.")
    unknown_contexts: Literal["opaque", "refuse"] = Field(
        "opaque",
        description="What becomes of a description with a JSON-LD context that we do not hold: opaque keeps the "
        "document and leaves what only that context defines out of its RDF.",
    )
    context_hosts: tuple[str, ...] = Field(
        (), description="Hosts from which JSON-LD contexts may be fetched (https, public addresses only)."
    )
    search_deadline_s: float = Field(
        5.0, gt=0, description="Longest time a search by JSONPath or XPath may take, in seconds."
    )
    search_memory_bytes: int = Field(
        1024**3, ge=64 * 1024**2, description="Memory that a search may add to that of what it searches, in bytes."
    )


class ServiceSettings(_Group):
    """A SPARQL endpoint that SERVICE may ask."""

    url: str = Field(description="Address of the endpoint (http or https).")
    private: bool = Field(
        False,
        description="Whether its name may stand for an address that the Internet does not route; an address written "
        "out in the url always may.",
    )
    authorization: SecretStr = Field(SecretStr(""), description="Value of the Authorization header sent to it.")


class WriterSettings(_Group):
    """Somebody who may write graphs by SPARQL Update and the Graph Store Protocol."""

    token: SecretStr = Field(min_length=16, description="The bearer token by which the writer is known.")
    prefix: str = Field(
        min_length=8, description="What the IRIs of the writer's graphs begin with; no other graph is ever written."
    )

    @field_validator("prefix")
    @classmethod
    def _namespace(cls, value: str) -> str:
        if not value.startswith(("http://", "https://", "urn:")) or any(c in value for c in ' <>"{}|\\^`'):
            raise ValueError(f"{value!r} is no namespace: give the beginning of an absolute IRI")
        if not value.endswith(("/", "#", ":")):
            raise ValueError(f"{value!r} does not end with /, # or :, so that it would hold {value}2, too")
        return value


class SparqlSettings(_Group):
    """Asking the graphs: `/sparql`, `/graphs` and `/search/sparql`."""

    time_s: float = Field(5.0, gt=0, description="Longest time that a query may be evaluated, in seconds.")
    memory_bytes: int = Field(
        512 * 1024**2, ge=16 * 1024**2, description="Memory that a query may take beside the graphs, in bytes."
    )
    answer_bytes: int = Field(64 * 1024**2, ge=1024, description="Largest answer to a query, in bytes.")
    rows: int = Field(1_000_000, ge=1, description="Most solutions or triples in an answer.")
    query_bytes: int = Field(256 * 1024, ge=1024, description="Longest query, in bytes.")
    update_bytes: int = Field(4 * 1024**2, ge=1024, description="Longest update, and largest graph put, in bytes.")
    concurrent: int = Field(
        400,
        ge=1,
        description="Queries handed to the graph store at once. The embedded one gives them places by their speed "
        "(store.workers); for another, as many as it can stand.",
    )
    concurrent_per_caller: int = Field(250, ge=1, description="The same of one caller (by address).")
    queue: int = Field(200, ge=0, description="Queries that may wait; more get 503.")
    queue_per_caller: int = Field(50, ge=0, description="Queries of one caller that may wait; more get 503.")
    queue_s: float = Field(5.0, gt=0, description="Longest time that a query may wait for its turn, in seconds.")
    send_s: float = Field(30.0, gt=0, description="Longest time that a client may take to read an answer, in seconds.")
    slow_s: float = Field(1.0, gt=0, description="Queries that take longer are logged, in seconds.")
    log_text: bool = Field(False, description="Log the text of slow queries; else only a hash of it.")
    cors_origins: tuple[str, ...] = Field(
        (), description="Origins (https://app.example) whose pages may ask from a browser; * for all."
    )
    services: dict[str, ServiceSettings] = Field(
        {},
        description="SPARQL endpoints that SERVICE may ask: the IRI in the query → the address of the endpoint, or a "
        "table of url, private and authorization. Others are never asked.",
    )
    service_bytes: int = Field(4 * 1024**2, ge=1024, description="Largest answer taken from a SERVICE, in bytes.")
    writers: dict[str, WriterSettings] = Field(
        {}, description="Who may write graphs: a name → a table of token and prefix. Nobody else may."
    )

    @field_validator("services", mode="before")
    @classmethod
    def _addresses(cls, value: object) -> object:
        """An address stands for a table of it alone."""
        if not isinstance(value, dict):
            return value
        return {name: {"url": given} if isinstance(given, str) else given for name, given in value.items()}


class PollingSettings(_Group):
    """Reading devices that answer HTTP, by the schedule in their Thing Descriptions. Off until hosts are allowed."""

    hosts: tuple[str, ...] = Field(
        (), description="Host names and networks (192.168.0.0/16) that may be polled; others never are."
    )
    min_interval_s: float = Field(
        1.0,
        gt=0,
        description="Shortest interval, in seconds; schedules below it are raised to it.",
    )
    timeout_s: float = Field(10.0, gt=0, description="Longest wait for an answer, in seconds.")
    max_body_bytes: int = Field(1024 * 1024, ge=1024, description="Largest answer taken, in bytes.")
    max_concurrent: int = Field(50, ge=1, description="Readings at the same time.")
    credentials: dict[str, SecretStr] = Field(
        {},
        description="The secret of a device, by host or host:port: user:password (basic), a token (bearer) or a key "
        "(apikey). It is sent to that host only, where the Thing Description asks for it.",
    )


class PolicyRule(_Group):
    """One row of `shapes.rules`: a policy, and the results it is for."""

    policy: Policy = Field(description="What becomes of a graph with such a result.")
    set: str = Field("", description="Only results of the shapes of this set; empty: of any.")
    severity: str = Field(
        "Violation", description="Only results of this severity: Violation, Warning, Info, or the IRI of one's own."
    )
    topic: Literal["", "observations", "events"] = Field(
        "", description="Only graphs for this topic (without its prefix); empty: for any."
    )

    @field_validator("severity")
    @classmethod
    def _severity(cls, value: str) -> str:
        if value not in ("Violation", "Warning", "Info") and (":" not in value or any(c in value for c in ' <>"')):
            raise ValueError(f"{value!r} is no severity: give Violation, Warning, Info, or an absolute IRI")
        return value


class PolicySettings(_Group):
    """What becomes of graphs, by what SHACL says of them."""

    policy: Policy = Field(
        "quarantine",
        description="What becomes of a graph with a violation: quarantine it on semantic.rejected, reject it as a "
        "dead letter, publish it with a mark in its header, or publish it and log.",
    )
    unchecked: Policy = Field("quarantine", description="What becomes of a graph that no shape targets.")
    rules: tuple[PolicyRule, ...] = Field(
        (),
        description="Exceptions, tables of policy, set, severity (Violation) and topic; of each result the first that "
        "fits counts, of a graph with several results the strictest. Warning and Info mark without a rule.",
    )


class ShapesSettings(PolicySettings):
    """The SHACL gate."""

    folders: tuple[Path, ...] = Field((), description="Folders of *.ttl shape files beside the ones shipped.")
    engine: Literal["shacl", "pyshacl"] = Field(
        "shacl",
        description="Engine for shapes with SPARQL: shacl (Rust, fast; no wheels for Linux on ARM or musl) or pyshacl "
        "(Python, a hundred times slower, anywhere).",
    )
    max_set_bytes: int = Field(1024 * 1024, ge=1024, description="Largest shape set taken, in bytes.")
    max_sets: int = Field(100, ge=1, description="Most shape sets beside those of files.")
    kept_versions: int = Field(100, ge=1, description="Versions of each shape set that are kept to roll back to.")
    max_data_bytes: int = Field(
        1024 * 1024, ge=1024, description="Largest body of a dry run of shapes (data and shapes), in bytes."
    )
    deadline_s: float = Field(
        5.0, gt=0, description="Longest time that checking a shape set, or a dry run, may take, in seconds."
    )
    memory_bytes: int = Field(
        512 * 1024**2, ge=64 * 1024**2, description="Memory that checking a shape set, or a dry run, may add, in bytes."
    )


class ViewSettings(_Group):
    """The view: graphs of Things, their latest values and the ontologies, always current, in the graph store."""

    enabled: bool = Field(True, description="Keep the view; without it there is nothing to ask in SPARQL.")
    window_s: float = Field(
        0.2, ge=0, le=60, description="How long values gather before they are written at once, in seconds."
    )
    topics: tuple[Literal["observations", "events"], ...] = Field(
        ("observations", "events"), min_length=1, description="What the latest graphs are made of."
    )
    ontologies: tuple[Path, ...] = Field(
        (), description="Folders of *.ttl ontologies beside the ones shipped; Things have the classes above theirs."
    )


class SubscriptionsSettings(_Group):
    """Standing queries: `/subscriptions`."""

    enabled: bool = Field(True, description="Match messages with the standing queries that are registered.")
    most: int = Field(20_000, ge=1, description="Most standing queries that are registered at once.")
    default_ttl_s: float = Field(
        30 * 24 * 3600.0, gt=0, description="How long a standing query lasts that does not say it, in seconds."
    )
    max_ttl_s: float = Field(365 * 24 * 3600.0, gt=0, description="Longest time that one may last, in seconds.")
    retention_hours: float = Field(
        72.0, gt=0, description="How long matches stay on the topic of a standing query, in hours."
    )
    query_bytes: int = Field(16 * 1024, ge=256, description="Longest SPARQL text of a standing query, in bytes.")
    query_time_s: float = Field(
        0.5,
        gt=0,
        description="Longest CPU time that one may take for a message; beyond it is suspended, in seconds.",
    )
    memory_bytes: int = Field(
        512 * 1024**2, ge=16 * 1024**2, description="Memory that an evaluation may add to that of the graphs, in bytes."
    )
    answer_bytes: int = Field(
        1024 * 1024, ge=1024, description="Largest match in bytes; a query whose match is larger is suspended."
    )
    max_broad_queries: int = Field(
        20, ge=0, description="Most SPARQL queries that name nothing a message must hold: each message asks them."
    )
    max_streams: int = Field(200, ge=1, description="Event streams and WebSockets served at once; more get 503.")
    webhook_hosts: tuple[str, ...] = Field(
        (),
        description="Host names and networks (192.168.0.0/16) to which webhooks may be sent; * for any public address.",
    )
    webhook_private: bool = Field(
        False, description="Whether the names of these hosts may stand for addresses that the Internet does not route."
    )
    webhook_insecure: bool = Field(False, description="Whether webhooks may be sent over http.")
    webhook_timeout_s: float = Field(10.0, gt=0, description="Longest wait for an answer of a webhook, in seconds.")
    webhook_concurrent: int = Field(50, ge=1, description="Webhooks that are being sent at the same time.")
    suspend_after_s: float = Field(
        24 * 3600.0, gt=0, description="How long a webhook may fail before it is suspended, in seconds."
    )


class HistoryRule(_Group):
    """One row of `history.rules`: what is kept, and how long."""

    keep_days: float = Field(ge=0, description="How long it is kept, in days; 0: it is not kept.")
    kinds: tuple[str, ...] = Field(
        (), description="Kinds of property and state (sgw:Temperature), narrower ones included; empty: all."
    )
    things: tuple[str, ...] = Field(("*",), description="Ids of Things; * stands for any characters, ? for one.")


class HistorySettings(_Group):
    """History: observations that are kept for a time, for `/things/{id}/properties/{name}/history`."""

    enabled: bool = Field(True, description="Keep observations.")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="Where they are kept: sqlite:///<path>, or postgresql://user:password@host/database. Empty: the "
        "PostgreSQL of the directory where it has one, else history.sqlite beside the embedded log.",
    )
    rules: tuple[HistoryRule, ...] = Field(
        (HistoryRule(keep_days=30),),
        description="What is kept: tables of keep_days, kinds and things; the first that fits an observation counts.",
    )
    max_bytes: int = Field(
        4 * 1024**3,
        ge=1024**2,
        description="Size beyond which the oldest observations go early, in bytes; in PostgreSQL it is only told.",
    )
    retention_s: float = Field(300.0, gt=0, description="How often observations whose time is over go, in seconds.")
    page_rows: int = Field(10_000, ge=1, le=100_000, description="Most rows of one answer; more are paged.")
    scan_rows: int = Field(2_000_000, ge=1000, description="Most observations that are read for one answer.")
    parquet_folder: Path | None = Field(
        None, description="Folder that gets a Parquet file of each day once it is over (extra `parquet`)."
    )


class RemoteStoreSettings(_Group):
    """A graph store of its own, asked over the SPARQL 1.1 Protocol; several gateways can share it."""

    url: str = Field("", description="Address of its endpoint for queries, such as http://127.0.0.1:3030/ds/query.")
    update_url: str = Field("", description="Address of its endpoint for updates; empty: the same as for queries.")
    default_graph: str = Field(
        "",
        description="The IRI that stands for the union of all graphs (urn:x-arq:UnionGraph in Fuseki), where the "
        "default graph of the store is another one; empty: its default graph is that union.",
    )
    union_parameter: str = Field(
        "",
        description="Parameter by which a query that names no graphs asks for the union of all: union-default-graph "
        "for Oxigraph; empty: none is sent.",
    )
    positions_graph: str = Field(
        "urn:semantic-gateway:positions", description="The graph of the store that tells how far each source is known."
    )
    timeout_parameter: str = Field(
        "",
        description="Parameter by which a query tells the store how long it may take, with {seconds} or "
        "{milliseconds}: timeout={seconds} for Fuseki and GraphDB; empty: none is sent.",
    )
    connect_s: float = Field(
        5.0, gt=0, description="Longest time that a connection may take to come about, in seconds."
    )
    update_s: float = Field(60.0, gt=0, description="Longest time that an update may take, in seconds.")
    update_bytes: int = Field(
        1024 * 1024, ge=1024, description="Length of an update at which the next one begins, in bytes."
    )
    connections: int = Field(16, ge=2, description="Connections to the store that are open at once.")
    login: Literal["basic", "digest"] = Field("basic", description="How the user name and the password are sent.")
    username: str = Field("", description="User name; empty: no login by name.")
    password: SecretStr = Field(SecretStr(""), description="Password.")
    token: SecretStr = Field(SecretStr(""), description="Bearer token; empty: none is sent.")
    headers: dict[str, SecretStr] = Field({}, description="Further header fields of each request, such as an API key.")
    aws_region: str = Field(
        "", description="AWS region; where it is given, requests are signed (Signature Version 4), as Neptune wants."
    )
    aws_service: str = Field("neptune-db", description="AWS service that the requests are signed for.")
    aws_access_key_id: str = Field("", description="AWS access key; empty: AWS_ACCESS_KEY_ID of the environment.")
    aws_secret_access_key: SecretStr = Field(
        SecretStr(""), description="AWS secret key; empty: AWS_SECRET_ACCESS_KEY of the environment."
    )
    aws_session_token: SecretStr = Field(
        SecretStr(""), description="AWS session token; empty: AWS_SESSION_TOKEN of the environment, if there is one."
    )
    ca_file: Path | None = Field(None, description="PEM file of trusted authorities; the system's where unset.")
    cert_file: Path | None = Field(None, description="PEM file of the client certificate.")
    key_file: Path | None = Field(None, description="PEM file of the client key.")


class StoreSettings(_Group):
    """The graph store: what answers SPARQL."""

    kind: str = Field(
        "embedded",
        description="Which store: embedded (in memory, beside the gateway), remote (one that runs elsewhere), or "
        "another that is installed.",
    )
    path: Path = Field(
        Path("data/graphs.snapshot"),
        description="The file that the embedded store is kept in between two starts; its folder is made when missing.",
    )
    snapshot_s: float = Field(
        60.0, ge=0, description="How often that file is written, in seconds; 0: never, each start begins with nothing."
    )
    workers: int = Field(
        2,
        ge=1,
        le=64,
        description="Slow queries that the embedded store answers at once; as many short ones have places too.",
    )
    stale_s: float = Field(
        1.0, ge=0, description="How old the data of an answer of the embedded store may be at most, in seconds."
    )
    remote: RemoteStoreSettings = RemoteStoreSettings()


class FamilySettings(_Group):
    """One device family."""

    base: tuple[str, ...] = Field((), description="Base addresses of the family, where they are not the usual ones.")
    addresses: tuple[str, ...] = Field(
        (), description="Address filters whose payloads are of this family, whatever they look like."
    )
    time_zone: str = Field(
        "", description="IANA time zone of times that its devices tell without one; empty: such times are not used."
    )


class Settings(BaseSettings):
    """All settings."""

    model_config = SettingsConfigDict(
        env_prefix="SEMANTIC_GW_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    base_iri: str = Field(
        "https://gateway.example/",
        description="Base of the IRIs the gateway makes (graphs, observations). Set it once, to a namespace of yours.",
    )
    http: HttpSettings = HttpSettings()
    mqtt: MqttSettings = MqttSettings()
    kafka: KafkaSettings = KafkaSettings()
    log: LogSettings = LogSettings()
    bus: BusSettings = BusSettings()
    shapes: ShapesSettings = ShapesSettings()
    directory: DirectorySettings = DirectorySettings()
    view: ViewSettings = ViewSettings()
    store: StoreSettings = StoreSettings()
    sparql: SparqlSettings = SparqlSettings()
    subscriptions: SubscriptionsSettings = SubscriptionsSettings()
    history: HistorySettings = HistorySettings()
    polling: PollingSettings = PollingSettings()
    families: dict[str, FamilySettings] = Field({}, description="Settings per device family.")
    mappings: tuple[Path, ...] = Field(
        (), description="Folders of mappings; one of them takes the place of a shipped one of its name."
    )
    mappings_poll_s: float = Field(5.0, gt=0, description="How often files of mappings are looked at, in seconds.")
    mappings_dry_run_s: float = Field(
        10.0, gt=0, description="Longest time that trying a mapping on payloads may take, in seconds."
    )
    max_payload_bytes: int = Field(4 * 1024 * 1024, ge=1024, description="Largest payload decoded, in bytes.")
    recent_messages: int = Field(10_000, ge=0, description="Messages that GET /messages/{id} remembers.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged.")

    @property
    def directory_url(self) -> str:
        """The URL of the directory's database."""
        given = self.directory.database_url.get_secret_value()
        return given or f"sqlite:///{self.log.path.parent / 'directory.sqlite'}"

    @property
    def history_url(self) -> str:
        """The URL of the database of the history."""
        given, shared = self.history.database_url.get_secret_value(), self.directory.database_url.get_secret_value()
        if given or shared.startswith("postgresql"):
            return given or shared
        return f"sqlite:///{self.log.path.parent / 'history.sqlite'}"

    @field_validator("base_iri")
    @classmethod
    def _absolute(cls, value: str) -> str:
        if not value.startswith(("http://", "https://", "urn:")) or any(c in value for c in ' <>"{}|\\^`#'):
            raise ValueError(f"{value!r} is no base: give an absolute IRI such as https://gateway.example/")
        return value if value.endswith(("/", ":")) else value + "/"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the base class names it
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, os.environ.get("SEMANTIC_GW_CONFIG", "semantic-gw.toml"))
        return init_settings, env_settings, toml, file_secret_settings
