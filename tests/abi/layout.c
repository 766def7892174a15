/*
 * The layout of every struct of the header: a field that moves breaks programs out there. The
 * numbers are those of `ffi-c/src/layout.rs`: with pointers of 64 bits; of 32 bits, where 64-bit
 * integers are aligned to 8 bytes (Windows, ARM); of 32 bits, where they are aligned to 4 (Linux
 * on x86).
 */

#include <stddef.h>

#include "filed.h"

struct alignment {
    char first;
    uint64_t second;
};

#if UINTPTR_MAX == UINT64_MAX
#define HERE(p64, p32_8, p32_4) (p64)
#else
#define HERE(p64, p32_8, p32_4) (offsetof(struct alignment, second) == 8 ? (p32_8) : (p32_4))
#endif
#define FIELD(type, field, p64, p32_8, p32_4)                                  \
    _Static_assert(offsetof(type, field) == HERE(p64, p32_8, p32_4), #type "." #field " has moved")
#define SIZE(type, p64, p32_8, p32_4) \
    _Static_assert(sizeof(type) == HERE(p64, p32_8, p32_4), #type " has another size")

FIELD(filed_new_artifact, size, 0, 0, 0);
FIELD(filed_new_artifact, reserved, 4, 4, 4);
FIELD(filed_new_artifact, name, 8, 8, 8);
FIELD(filed_new_artifact, type, 16, 12, 12);
FIELD(filed_new_artifact, url, 24, 16, 16);
FIELD(filed_new_artifact, external_id, 32, 20, 20);
FIELD(filed_new_artifact, metadata_json, 40, 24, 24);
SIZE(filed_new_artifact, 48, 28, 28);

FIELD(filed_connection_filter, size, 0, 0, 0);
FIELD(filed_connection_filter, reserved, 4, 4, 4);
FIELD(filed_connection_filter, ids, 8, 8, 8);
FIELD(filed_connection_filter, id_count, 16, 16, 12);
FIELD(filed_connection_filter, statuses, 24, 24, 20);
FIELD(filed_connection_filter, status_count, 32, 32, 24);
FIELD(filed_connection_filter, provider_keys, 40, 40, 32);
FIELD(filed_connection_filter, provider_key_count, 48, 48, 36);
FIELD(filed_connection_filter, categories, 56, 56, 44);
FIELD(filed_connection_filter, category_count, 64, 64, 48);
SIZE(filed_connection_filter, 72, 72, 56);

FIELD(filed_file, size, 0, 0, 0);
FIELD(filed_file, reserved, 4, 4, 4);
FIELD(filed_file, external_id, 8, 8, 8);
FIELD(filed_file, path, 16, 12, 12);
FIELD(filed_file, data, 24, 16, 16);
FIELD(filed_file, data_length, 32, 24, 20);
FIELD(filed_file, url, 40, 32, 28);
FIELD(filed_file, file_name, 48, 36, 32);
FIELD(filed_file, mime_type, 56, 40, 36);
FIELD(filed_file, category, 64, 44, 40);
FIELD(filed_file, metadata_json, 72, 48, 44);
SIZE(filed_file, 80, 56, 48);

FIELD(filed_new_work, size, 0, 0, 0);
FIELD(filed_new_work, reserved, 4, 4, 4);
FIELD(filed_new_work, name, 8, 8, 8);
FIELD(filed_new_work, external_id, 16, 12, 12);
SIZE(filed_new_work, 24, 16, 16);

FIELD(filed_work_filter, size, 0, 0, 0);
FIELD(filed_work_filter, reserved, 4, 4, 4);
FIELD(filed_work_filter, job_ids, 8, 8, 8);
FIELD(filed_work_filter, job_id_count, 16, 16, 12);
FIELD(filed_work_filter, ids, 24, 24, 20);
FIELD(filed_work_filter, id_count, 32, 32, 24);
FIELD(filed_work_filter, work_ids, 40, 40, 32);
FIELD(filed_work_filter, work_id_count, 48, 48, 36);
SIZE(filed_work_filter, 56, 56, 44);

FIELD(filed_file_to_send, size, 0, 0, 0);
FIELD(filed_file_to_send, reserved, 4, 4, 4);
FIELD(filed_file_to_send, file_name, 8, 8, 8);
FIELD(filed_file_to_send, content_type, 16, 12, 12);
FIELD(filed_file_to_send, tusd_endpoint, 24, 16, 16);
SIZE(filed_file_to_send, 32, 20, 20);

FIELD(filed_counts, total, 0, 0, 0);
FIELD(filed_counts, sent, 8, 8, 8);
FIELD(filed_counts, attached, 16, 16, 16);
FIELD(filed_counts, imported, 24, 24, 24);
FIELD(filed_counts, failed, 32, 32, 32);
FIELD(filed_counts, cancelled, 40, 40, 40);
SIZE(filed_counts, 48, 48, 48);

FIELD(filed_progress, size, 0, 0, 0);
FIELD(filed_progress, state, 4, 4, 4);
FIELD(filed_progress, clients, 8, 8, 8);
FIELD(filed_progress, files, 56, 56, 56);
FIELD(filed_progress, bytes_total, 104, 104, 104);
FIELD(filed_progress, bytes_sent, 112, 112, 112);
FIELD(filed_progress, uploading, 120, 120, 120);
FIELD(filed_progress, reserved, 124, 124, 124);
SIZE(filed_progress, 128, 128, 128);

FIELD(filed_pull_about, size, 0, 0, 0);
FIELD(filed_pull_about, reserved, 4, 4, 4);
FIELD(filed_pull_about, platform, 8, 8, 8);
FIELD(filed_pull_about, contact, 16, 12, 12);
FIELD(filed_pull_about, credentials, 24, 16, 16);
FIELD(filed_pull_about, webhooks, 32, 20, 20);
FIELD(filed_pull_about, webhook_count, 40, 24, 24);
SIZE(filed_pull_about, 48, 32, 32);

FIELD(filed_pull_check_options, size, 0, 0, 0);
FIELD(filed_pull_check_options, read_only, 4, 4, 4);
FIELD(filed_pull_check_options, base_url, 8, 8, 8);
FIELD(filed_pull_check_options, api_key, 16, 12, 12);
FIELD(filed_pull_check_options, client_id, 24, 16, 16);
FIELD(filed_pull_check_options, client_secret, 32, 20, 20);
FIELD(filed_pull_check_options, document, 40, 24, 24);
FIELD(filed_pull_check_options, mapping, 48, 28, 28);
FIELD(filed_pull_check_options, ca_bundle, 56, 32, 32);
FIELD(filed_pull_check_options, target, 64, 36, 36);
FIELD(filed_pull_check_options, cancel, 72, 40, 40);
FIELD(filed_pull_check_options, time_ms, 80, 48, 44);
FIELD(filed_pull_check_options, max_requests, 88, 56, 52);
FIELD(filed_pull_check_options, max_clients, 92, 60, 56);
FIELD(filed_pull_check_options, max_files, 96, 64, 60);
FIELD(filed_pull_check_options, reserved, 100, 68, 64);
SIZE(filed_pull_check_options, 104, 72, 68);

FIELD(filed_pull_client, size, 0, 0, 0);
FIELD(filed_pull_client, reserved, 4, 4, 4);
FIELD(filed_pull_client, id, 8, 8, 8);
FIELD(filed_pull_client, name, 16, 12, 12);
FIELD(filed_pull_client, email, 24, 16, 16);
FIELD(filed_pull_client, phone, 32, 20, 20);
FIELD(filed_pull_client, type, 40, 24, 24);
FIELD(filed_pull_client, last_modified, 48, 28, 28);
SIZE(filed_pull_client, 56, 32, 32);

FIELD(filed_pull_client_query, size, 0, 0, 0);
FIELD(filed_pull_client_query, limit, 4, 4, 4);
FIELD(filed_pull_client_query, offset, 8, 8, 8);
FIELD(filed_pull_client_query, cursor, 16, 16, 16);
FIELD(filed_pull_client_query, sort, 24, 20, 20);
FIELD(filed_pull_client_query, modified_since, 32, 24, 24);
FIELD(filed_pull_client_query, type, 40, 28, 28);
FIELD(filed_pull_client_query, id, 48, 32, 32);
SIZE(filed_pull_client_query, 56, 40, 36);

FIELD(filed_pull_file, size, 0, 0, 0);
FIELD(filed_pull_file, reserved, 4, 4, 4);
FIELD(filed_pull_file, file_size, 8, 8, 8);
FIELD(filed_pull_file, id, 16, 16, 16);
FIELD(filed_pull_file, name, 24, 20, 20);
FIELD(filed_pull_file, mime_type, 32, 24, 24);
FIELD(filed_pull_file, date_created, 40, 28, 28);
FIELD(filed_pull_file, date_modified, 48, 32, 32);
FIELD(filed_pull_file, metadata_json, 56, 36, 36);
SIZE(filed_pull_file, 64, 40, 40);

FIELD(filed_pull_file_query, size, 0, 0, 0);
FIELD(filed_pull_file_query, limit, 4, 4, 4);
FIELD(filed_pull_file_query, offset, 8, 8, 8);
FIELD(filed_pull_file_query, cursor, 16, 16, 16);
FIELD(filed_pull_file_query, sort, 24, 20, 20);
FIELD(filed_pull_file_query, modified_since, 32, 24, 24);
FIELD(filed_pull_file_query, mime_type, 40, 28, 28);
FIELD(filed_pull_file_query, extension, 48, 32, 32);
SIZE(filed_pull_file_query, 56, 40, 36);

FIELD(filed_pull_key, size, 0, 0, 0);
FIELD(filed_pull_key, reserved, 4, 4, 4);
FIELD(filed_pull_key, caller, 8, 8, 8);
FIELD(filed_pull_key, key, 16, 12, 12);
FIELD(filed_pull_key, scopes, 24, 16, 16);
SIZE(filed_pull_key, 32, 20, 20);

FIELD(filed_pull_new_file, size, 0, 0, 0);
FIELD(filed_pull_new_file, reserved, 4, 4, 4);
FIELD(filed_pull_new_file, file_size, 8, 8, 8);
FIELD(filed_pull_new_file, name, 16, 16, 16);
FIELD(filed_pull_new_file, mime_type, 24, 20, 20);
FIELD(filed_pull_new_file, description, 32, 24, 24);
FIELD(filed_pull_new_file, metadata_json, 40, 28, 28);
FIELD(filed_pull_new_file, idempotency_key, 48, 32, 32);
SIZE(filed_pull_new_file, 56, 40, 36);

FIELD(filed_pull_new_note, size, 0, 0, 0);
FIELD(filed_pull_new_note, format, 4, 4, 4);
FIELD(filed_pull_new_note, text, 8, 8, 8);
FIELD(filed_pull_new_note, category, 16, 12, 12);
FIELD(filed_pull_new_note, author, 24, 16, 16);
FIELD(filed_pull_new_note, idempotency_key, 32, 20, 20);
SIZE(filed_pull_new_note, 40, 24, 24);

FIELD(filed_pull_oauth_client, size, 0, 0, 0);
FIELD(filed_pull_oauth_client, reserved, 4, 4, 4);
FIELD(filed_pull_oauth_client, id, 8, 8, 8);
FIELD(filed_pull_oauth_client, secret, 16, 12, 12);
FIELD(filed_pull_oauth_client, scopes, 24, 16, 16);
SIZE(filed_pull_oauth_client, 32, 20, 20);

FIELD(filed_pull_options, size, 0, 0, 0);
FIELD(filed_pull_options, reserved, 4, 4, 4);
FIELD(filed_pull_options, listen, 8, 8, 8);
FIELD(filed_pull_options, public_url, 16, 12, 12);
FIELD(filed_pull_options, tls_certificate, 24, 16, 16);
FIELD(filed_pull_options, tls_key, 32, 20, 20);
FIELD(filed_pull_options, keys, 40, 24, 24);
FIELD(filed_pull_options, key_count, 48, 32, 28);
FIELD(filed_pull_options, oauth_clients, 56, 40, 36);
FIELD(filed_pull_options, oauth_client_count, 64, 48, 40);
FIELD(filed_pull_options, state_dir, 72, 56, 48);
FIELD(filed_pull_options, signed_url_lifetime_ms, 80, 64, 52);
FIELD(filed_pull_options, token_lifetime_ms, 88, 72, 60);
FIELD(filed_pull_options, max_file_size, 96, 80, 68);
FIELD(filed_pull_options, provider_timeout_ms, 104, 88, 76);
FIELD(filed_pull_options, stall_timeout_ms, 112, 96, 84);
FIELD(filed_pull_options, upload_lifetime_ms, 120, 104, 92);
FIELD(filed_pull_options, lock_out_ms, 128, 112, 100);
FIELD(filed_pull_options, max_connections, 136, 120, 108);
FIELD(filed_pull_options, max_uploads, 140, 124, 112);
FIELD(filed_pull_options, rate_per_second, 144, 128, 116);
FIELD(filed_pull_options, rate_burst, 148, 132, 120);
FIELD(filed_pull_options, max_failures, 152, 136, 124);
FIELD(filed_pull_options, reserved_too, 156, 140, 128);
FIELD(filed_pull_options, about, 160, 144, 132);
SIZE(filed_pull_options, 168, 152, 136);

FIELD(filed_pull_provider, size, 0, 0, 0);
FIELD(filed_pull_provider, reserved, 4, 4, 4);
FIELD(filed_pull_provider, user, 8, 8, 8);
FIELD(filed_pull_provider, release, 16, 12, 12);
FIELD(filed_pull_provider, list_clients, 24, 16, 16);
FIELD(filed_pull_provider, list_files, 32, 20, 20);
FIELD(filed_pull_provider, open_file, 40, 24, 24);
FIELD(filed_pull_provider, add_note, 48, 28, 28);
FIELD(filed_pull_provider, receive_file, 56, 32, 32);
FIELD(filed_pull_provider, authenticate, 64, 36, 36);
SIZE(filed_pull_provider, 72, 40, 40);

FIELD(filed_pull_sandbox, size, 0, 0, 0);
FIELD(filed_pull_sandbox, reserved, 4, 4, 4);
FIELD(filed_pull_sandbox, api_key, 8, 8, 8);
FIELD(filed_pull_sandbox, client_id, 16, 12, 12);
FIELD(filed_pull_sandbox, client_secret, 24, 16, 16);
SIZE(filed_pull_sandbox, 32, 20, 20);

FIELD(filed_pull_webhook, size, 0, 0, 0);
FIELD(filed_pull_webhook, reserved, 4, 4, 4);
FIELD(filed_pull_webhook, name, 8, 8, 8);
FIELD(filed_pull_webhook, description, 16, 12, 12);
SIZE(filed_pull_webhook, 24, 16, 16);

FIELD(filed_push_options, size, 0, 0, 0);
FIELD(filed_push_options, allow_partial, 4, 4, 4);
FIELD(filed_push_options, connection_id, 8, 8, 8);
FIELD(filed_push_options, workspace_id, 16, 12, 12);
FIELD(filed_push_options, job_name, 24, 16, 16);
FIELD(filed_push_options, journal_path, 32, 20, 20);
FIELD(filed_push_options, on_existing, 40, 24, 24);
FIELD(filed_push_options, reserved, 44, 28, 28);
SIZE(filed_push_options, 48, 32, 32);

FIELD(filed_upload_options, size, 0, 0, 0);
FIELD(filed_upload_options, reserved, 4, 4, 4);
FIELD(filed_upload_options, file_name, 8, 8, 8);
FIELD(filed_upload_options, mime_type, 16, 12, 12);
FIELD(filed_upload_options, progress, 24, 16, 16);
FIELD(filed_upload_options, user, 32, 20, 20);
FIELD(filed_upload_options, cancel, 40, 24, 24);
SIZE(filed_upload_options, 48, 28, 28);

FIELD(filed_new_workspace, size, 0, 0, 0);
FIELD(filed_new_workspace, reserved, 4, 4, 4);
FIELD(filed_new_workspace, display_name, 8, 8, 8);
FIELD(filed_new_workspace, metadata_json, 16, 12, 12);
FIELD(filed_new_workspace, firm_size, 24, 16, 16);
SIZE(filed_new_workspace, 32, 20, 20);
