"""The 123 assertions of WoT Discovery (W3C Recommendation, 5 December 2023), and the tests that show each.

The value of an assertion names tests (`<module>::<function>`, from this folder or with its path), or is a sentence that
says why it does not concern the gateway.
"""

from __future__ import annotations

import ast
import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.shared import ROOT, shared

NO_DISCOVERER = "The gateway serves descriptions; it does not look for those that others serve."
NO_DNS_SD = "DNS-SD is one of several introductions, none of them mandatory; the gateway offers the well-known path."
NO_CORE_RD = "CoRE Link Format and Resource Directory are optional introductions for CoAP; the gateway offers none."
NO_DID = "DID documents are an optional introduction; the gateway has no DID."
NO_COAP = "The gateway serves HTTP alone."
NO_BOOTSTRAPPING = "There is no access control, so there is nothing to bootstrap; the gateway listens on loopback."
LOOPBACK = "tests/live/test_serve.py::test_listening_beyond_loopback_needs_a_flag"

ASSERTIONS: dict[str, str | tuple[str, ...]] = {
    "discoverer-must-support-intros": NO_DISCOVERER,
    "discoverer-must-support-fetching": NO_DISCOVERER,
    "discoverer-may-multiple-intro": NO_DISCOVERER,
    "discoverer-merge-intros": NO_DISCOVERER,
    "discoverer-td-identify": NO_DISCOVERER,
    "discoverer-fetch-tdd": NO_DISCOVERER,
    "discoverer-fetch-links": NO_DISCOVERER,
    "discoverer-fetch-iteration": NO_DISCOVERER,
    "discoverer-termination": NO_DISCOVERER,
    "discoverer-any-order": NO_DISCOVERER,
    "discoverer-track": NO_DISCOVERER,
    "introduction-direct-url": ("test_self_description::test_the_well_known_path_has_a_thing_description",),
    "introduction-direct-thing-description": ("test_self_description::test_the_description_is_valid",),
    "introduction-direct-directory-description": ("test_self_description::test_the_directory_says_that_it_is_one",),
    "introduction-well-known-uri": ("test_self_description::test_the_well_known_path_has_a_thing_description",),
    "introduction-well-known-path": ("test_self_description::test_the_well_known_path_has_a_thing_description",),
    "introduction-well-known-thing-description": ("test_self_description::test_the_description_is_valid",),
    "introduction-dns-sd": NO_DNS_SD,
    "introduction-dns-sd-txt-record": NO_DNS_SD,
    "introduction-dns-sd-txt-record-udp": NO_DNS_SD,
    "introduction-core-rd": NO_CORE_RD,
    "introduction-core-rd-directory": NO_CORE_RD,
    "introduction-core-rd-resource-type-thing": NO_CORE_RD,
    "introduction-core-rd-resource-type-directory": NO_CORE_RD,
    "introduction-did": NO_DID,
    "introduction-did-service-context": NO_DID,
    "introduction-did-service-endpoint": NO_DID,
    "exploration-directory-description-type": ("test_self_description::test_the_directory_says_that_it_is_one",),
    "exploration-link-description-type": ("test_validation::test_a_thing_link_is_a_thing_like_others",),
    "exploration-link-description-link": ("test_validation::test_a_thing_link_is_a_thing_like_others",),
    "security-bootstrapping-endpoints": NO_BOOTSTRAPPING,
    "exploration-secboot-401": NO_BOOTSTRAPPING,
    "exploration-server-http-method": (
        "test_things::test_a_thing_is_retrieved_as_it_was_sent",
        "test_self_description::test_the_well_known_path_has_a_thing_description",
    ),
    "exploration-server-http-resp": ("test_things::test_a_thing_is_retrieved_as_it_was_sent",),
    "exploration-server-http-resp-content-type": (
        "test_things::test_a_thing_is_retrieved_as_it_was_sent",
        "test_self_description::test_the_well_known_path_has_a_thing_description",
    ),
    "exploration-server-http-resp-json": ("test_representations::test_without_a_preference_it_is_json",),
    "exploration-server-http-alternate-content": ("test_representations::test_the_client_gets_what_it_likes_best",),
    "exploration-server-http-head": ("test_http::test_head_has_the_headers_of_get_and_no_body",),
    "exploration-server-coap-method": NO_COAP,
    "exploration-server-coap-resp": NO_COAP,
    "exploration-server-coap-alternate-content": NO_COAP,
    "exploration-server-coap-size2": NO_COAP,
    "tdd-context-injection": (
        "test_registration::test_the_discovery_context_comes_behind_a_single_context",
        "test_registration::test_the_discovery_context_comes_behind_several_contexts",
        "test_registration::test_a_discovery_context_that_is_there_stays_where_it_is",
        "test_registration::test_every_thing_that_is_shown_has_the_discovery_context",
    ),
    "tdd-absolute-time": (
        "test_registration::test_times_have_their_offset",
        "test_registration::test_the_offset_of_a_time_is_understood",
        "test_registration::test_a_wish_that_makes_no_sense_is_refused",
    ),
    "tdd-registrationinfo-expiry-purge": (
        "test_registration::test_an_expired_thing_is_purged",
        "test_registration::test_what_was_renewed_in_time_is_not_purged",
    ),
    "tdd-anonymous-td-identifier": ("test_things::test_an_anonymous_thing_is_shown_with_its_id_everywhere",),
    "tdd-anonymous-td-local-uuid": ("test_things::test_the_id_of_an_anonymous_thing_is_a_random_uuid",),
    "tdd-http-error-response": ("test_http::test_every_refusal_is_a_problem",),
    "tdd-http-error-response-utf-8": ("test_http::test_a_problem_in_words_beyond_ascii_is_utf_8",),
    "tdd-http-error-response-lang": "Details in other languages are optional; the gateway speaks English.",
    "tdd-http-head": (
        "test_http::test_head_has_the_headers_of_get_and_no_body",
        "test_http::test_head_of_a_stream_ends",
        "test_http::test_every_path_of_the_api_that_can_be_read_knows_head",
    ),
    "tdd-http-unsupported-feature": (
        "test_http::test_every_refusal_is_a_problem",
        "test_listing::test_a_wrong_argument_is_400",
        "test_events::test_a_wrong_argument_of_a_stream_is_400",
    ),
    "tdd-things-list-only": ("test_listing::test_the_list_is_an_array_of_all_things",),
    "tdd-things-crud": (
        "test_things::test_a_thing_with_an_id_is_created_by_put",
        "test_things::test_a_thing_is_retrieved_as_it_was_sent",
        "test_things::test_a_put_to_a_thing_replaces_it",
        "test_things::test_a_deleted_thing_is_gone",
    ),
    "tdd-things-crudl": (
        "test_things::test_a_thing_with_an_id_is_created_by_put",
        "test_things::test_an_anonymous_thing_is_created_by_post",
        "test_things::test_a_thing_is_retrieved_as_it_was_sent",
        "test_things::test_a_put_to_a_thing_replaces_it",
        "test_things::test_a_patch_changes_adds_and_removes_members",
        "test_things::test_a_deleted_thing_is_gone",
        "test_listing::test_the_list_is_an_array_of_all_things",
    ),
    "tdd-things-read-only-auth": "The gateway has no read-only face: who may read may write.",
    "tdd-things-default-representation": ("test_representations::test_without_a_preference_it_is_json",),
    "tdd-things-representation-alternate-input": (
        "test_representations::test_a_thing_sent_as_rdf_is_the_same_graph",
        "test_representations::test_a_thing_sent_as_rdf_is_served_as_json",
    ),
    "tdd-http-representation-alternate-output": (
        "test_representations::test_a_thing_is_served_as_rdf",
        "test_representations::test_the_client_gets_what_it_likes_best",
    ),
    "tdd-things-create-known-vs-anonymous": (
        "test_things::test_a_thing_with_an_id_is_not_created_by_post",
        "test_things::test_a_put_without_an_id_is_refused",
    ),
    "tdd-things-create-known-td": (
        "test_things::test_a_thing_with_an_id_is_created_by_put",
        "test_things::test_the_id_in_the_path_is_that_in_the_document",
        "test_things::test_an_id_may_be_percent_encoded",
        "test_things::test_an_id_may_be_raw",
    ),
    "tdd-things-create-known-contenttype": ("test_things::test_a_thing_may_be_sent_as_any_kind_of_json",),
    "tdd-things-create-known-td-resp": ("test_things::test_a_thing_with_an_id_is_created_by_put",),
    "tdd-things-create-anonymous-td": ("test_things::test_an_anonymous_thing_is_created_by_post",),
    "tdd-things-create-anonymous-contenttype": ("test_things::test_an_anonymous_thing_is_created_by_post",),
    "tdd-things-create-anonymous-id": ("test_things::test_two_anonymous_things_have_two_ids",),
    "tdd-things-create-anonymous-td-resp": ("test_things::test_an_anonymous_thing_is_created_by_post",),
    "tdd-things-retrieve": (
        "test_things::test_a_thing_is_retrieved_as_it_was_sent",
        "test_things::test_an_id_may_be_percent_encoded",
        "test_things::test_an_id_may_be_raw",
    ),
    "tdd-things-retrieve-resp": (
        "test_things::test_a_thing_is_retrieved_as_it_was_sent",
        "test_samples::test_a_valid_description_comes_back_equal",
    ),
    "tdd-things-retrieve-resp-content-type": ("test_things::test_a_thing_is_retrieved_as_it_was_sent",),
    "tdd-things-update": ("test_things::test_a_put_to_a_thing_replaces_it",),
    "tdd-things-update-contenttype": ("test_things::test_a_put_to_a_thing_replaces_it",),
    "tdd-things-update-resp": ("test_things::test_a_put_to_a_thing_replaces_it",),
    "tdd-things-update-partial": ("test_things::test_a_patch_changes_adds_and_removes_members",),
    "tdd-things-update-partial-mergepatch": (
        "test_things::test_a_patch_changes_adds_and_removes_members",
        "test_things::test_a_patch_goes_into_objects_and_replaces_arrays",
        "test_things::test_a_patch_with_null_for_what_is_not_there_is_fine",
        "test_things::test_an_empty_patch_is_fine",
    ),
    "tdd-things-update-partial-contenttype": ("test_things::test_a_patch_has_the_media_type_of_a_merge_patch",),
    "tdd-things-update-partial-partialtd": (
        "test_things::test_a_patch_that_makes_the_thing_invalid_is_refused_and_changes_nothing",
        "test_things::test_a_patch_is_an_object",
    ),
    "tdd-things-update-partial-resp": ("test_things::test_a_patch_changes_adds_and_removes_members",),
    "tdd-things-delete": ("test_things::test_a_deleted_thing_is_gone",),
    "tdd-things-delete-resp": ("test_things::test_a_deleted_thing_is_gone",),
    "tdd-things-list-method": ("test_listing::test_the_list_is_an_array_of_all_things",),
    "tdd-things-list-resp": (
        "test_listing::test_the_list_is_an_array_of_all_things",
        "test_listing::test_the_list_has_what_each_thing_has",
    ),
    "tdd-things-list-resp-content-type": ("test_listing::test_the_list_is_an_array_of_all_things",),
    "tdd-things-list-pagination": ("test_listing::test_next_links_lead_through_the_whole_list_once",),
    "tdd-things-list-pagination-limit": ("test_listing::test_a_page_has_as_many_things_as_were_asked_for",),
    "tdd-things-list-pagination-header-nextlink": (
        "test_listing::test_next_links_lead_through_the_whole_list_once",
        "test_listing::test_the_last_page_has_no_next_link",
    ),
    "tdd-things-list-pagination-header-nextlink-attr": ("test_listing::test_the_next_link_has_all_arguments",),
    "tdd-things-list-pagination-header-nextlink-base": (
        "test_listing::test_the_next_link_is_absolute_or_relative_to_the_base",
    ),
    "tdd-things-list-pagination-header-canonicallink": (
        "test_listing::test_each_page_points_to_the_collection_and_its_state",
        "test_listing::test_the_state_changes_when_a_thing_comes",
        "test_listing::test_the_state_changes_when_a_thing_goes",
        "test_listing::test_the_state_stays_when_the_order_does",
    ),
    "tdd-things-list-pagination-order-default": (
        "test_listing::test_the_list_follows_code_points",
        "test_listing::test_pages_follow_code_points",
    ),
    "tdd-things-list-pagination-collection": ("test_listing::test_a_collection_tells_of_its_pages",),
    "tdd-validation-syntactic": ("test_validation::test_nothing_is_kept_of_what_is_refused",),
    "tdd-validation-jsonschema": (
        "test_samples::test_an_invalid_description_is_refused_with_its_faults",
        "test_samples::test_a_valid_description_comes_back_equal",
        "test_things::test_a_thing_description_of_version_1_0_is_taken",
        "test_registration::test_a_wish_that_makes_no_sense_is_refused",
    ),
    "tdd-validation-result": (
        "test_validation::test_a_fault_is_told_with_its_place",
        "test_validation::test_all_faults_are_told_at_once",
        "test_samples::test_a_fault_stands_at_a_place_of_the_document",
    ),
    "tdd-validation-response": ("test_validation::test_a_fault_is_told_with_its_place",),
    "tdd-validation-response-utf-8": ("test_validation::test_the_refusal_is_utf_8",),
    "tdd-notification": ("test_events::test_every_change_is_told_in_order",),
    "tdd-notification-sse": ("test_events::test_events_are_an_event_stream",),
    "tdd-notification-event-id": (
        "test_events::test_events_have_ids_that_never_repeat",
        "test_events::test_a_client_that_comes_back_gets_what_it_missed",
        "test_events::test_a_client_that_comes_back_gets_nothing_twice",
        "test_events::test_each_event_is_a_place_to_go_on_from",
    ),
    "tdd-notification-event-types": ("test_events::test_every_change_is_told_in_order",),
    "tdd-notification-filter-type": ("test_events::test_a_stream_of_one_type_holds_no_other",),
    "tdd-notification-data": ("test_events::test_events_hold_only_the_id",),
    "tdd-notification-data-td-id": (
        "test_events::test_events_hold_only_the_id",
        "test_events::test_an_anonymous_thing_is_told_of_with_its_id",
    ),
    "tdd-notification-data-create-full": ("test_events::test_with_diff_a_created_thing_comes_whole",),
    "tdd-notification-data-update-diff": (
        "test_events::test_with_diff_an_update_by_put_comes_as_a_merge_patch",
        "test_events::test_with_diff_an_update_by_patch_comes_as_a_merge_patch",
    ),
    "tdd-notification-data-update-id": (
        "test_events::test_with_diff_an_update_by_patch_comes_as_a_merge_patch",
        "test_events::test_with_diff_an_update_without_a_change_holds_the_id",
    ),
    "tdd-notification-data-delete-diff": ("test_events::test_with_diff_a_deleted_thing_comes_as_its_id",),
    "tdd-search-sparql": ("test_search::test_select_is_answered_with_json",),
    "tdd-search-large-tdds": (
        "test_search::test_jsonpath_gives_parts_of_things",
        "test_search::test_a_large_answer_is_whole",
    ),
    "tdd-search-sparql-version": ("test_search::test_the_features_of_sparql_1_1_are_there",),
    "tdd-search-sparql-method-get": ("test_search::test_select_is_answered_with_json",),
    "tdd-search-sparql-method-post": (
        "test_search::test_a_query_may_be_posted_as_itself",
        "test_search::test_a_query_may_be_posted_as_a_form",
    ),
    "tdd-search-sparql-resp-select-ask": (
        "test_search::test_select_is_answered_with_json",
        "test_search::test_ask_is_answered_with_json",
    ),
    "tdd-search-sparql-resp-describe-construct": (
        "test_search::test_construct_is_answered_with_json_ld",
        "test_search::test_describe_is_answered_with_json_ld",
    ),
    "tdd-search-sparql-error": (
        "test_search::test_an_update_is_400_and_changes_nothing",
        "test_search::test_an_update_in_a_form_is_400",
        "test_search::test_a_syntax_error_is_400",
    ),
    "tdd-search-sparql-federation": ("test_search::test_a_service_that_the_operator_named_is_asked",),
    "tdd-search-sparql-federation-version": (
        "test_search::test_what_a_service_tells_is_joined_with_what_is_here",
        "test_search::test_a_service_that_nobody_named_is_not_asked",
    ),
    "sec-tdd-intro-no-observe": ("test_self_description::test_the_introduction_ends_with_its_answer",),
    "sec-tdd-intro-no-ext": (LOOPBACK,),
    "sec-self-psk": "Transport security is the task of the proxy in front; the gateway itself listens on loopback.",
    "sec-self-segment": "How networks are separated is the operator's decision; docs/security.md tells what is open.",
    "priv-loc-priv-dir-access": (LOOPBACK,),
    "priv-loc-explicit-care": (LOOPBACK,),
}


def known_assertions() -> list[str]:
    with shared("wot/discovery-testing/rec-assertions.csv").open(newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


@cache
def functions(module: str) -> Counter[str]:
    path = ROOT / module if module.endswith(".py") else Path(__file__).with_name(f"{module}.py")
    return Counter(node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef))


def test_the_table_has_every_assertion_of_the_recommendation() -> None:
    known = known_assertions()

    assert len(known) == 123
    assert list(ASSERTIONS) == known


@pytest.mark.parametrize("assertion", ASSERTIONS)
def test_an_assertion_has_tests_or_a_reason(assertion: str) -> None:
    shown = ASSERTIONS[assertion]

    assert shown
    assert isinstance(shown, str) or len(set(shown)) == len(shown)


@pytest.mark.parametrize("name", sorted({name for s in ASSERTIONS.values() if isinstance(s, tuple) for name in s}))
def test_a_named_test_is_there_once(name: str) -> None:
    module, _, function = name.partition("::")

    assert functions(module)[function] == 1
    assert function.startswith("test_")
