/* The layout of every struct a caller fills in: a field that moves breaks programs out there. */

#include <stddef.h>

#include "filed.h"

#define FIELD(type, field, offset) \
    _Static_assert(offsetof(type, field) == (offset), #type "." #field " has moved")
#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type " has another size")

#if UINTPTR_MAX == UINT64_MAX

FIELD(filed_new_workspace, size, 0);
FIELD(filed_new_workspace, display_name, 8);
FIELD(filed_new_workspace, metadata_json, 16);
FIELD(filed_new_workspace, firm_size, 24);
SIZE(filed_new_workspace, 32);

FIELD(filed_connection_filter, size, 0);
FIELD(filed_connection_filter, ids, 8);
FIELD(filed_connection_filter, id_count, 16);
FIELD(filed_connection_filter, statuses, 24);
FIELD(filed_connection_filter, status_count, 32);
FIELD(filed_connection_filter, provider_keys, 40);
FIELD(filed_connection_filter, provider_key_count, 48);
FIELD(filed_connection_filter, categories, 56);
FIELD(filed_connection_filter, category_count, 64);
SIZE(filed_connection_filter, 72);

FIELD(filed_new_work, size, 0);
FIELD(filed_new_work, name, 8);
FIELD(filed_new_work, external_id, 16);
SIZE(filed_new_work, 24);

FIELD(filed_work_filter, size, 0);
FIELD(filed_work_filter, job_ids, 8);
FIELD(filed_work_filter, job_id_count, 16);
FIELD(filed_work_filter, ids, 24);
FIELD(filed_work_filter, id_count, 32);
FIELD(filed_work_filter, work_ids, 40);
FIELD(filed_work_filter, work_id_count, 48);
SIZE(filed_work_filter, 56);

FIELD(filed_new_artifact, size, 0);
FIELD(filed_new_artifact, name, 8);
FIELD(filed_new_artifact, type, 16);
FIELD(filed_new_artifact, url, 24);
FIELD(filed_new_artifact, external_id, 32);
FIELD(filed_new_artifact, metadata_json, 40);
SIZE(filed_new_artifact, 48);

FIELD(filed_file_to_send, size, 0);
FIELD(filed_file_to_send, file_name, 8);
FIELD(filed_file_to_send, content_type, 16);
FIELD(filed_file_to_send, tusd_endpoint, 24);
SIZE(filed_file_to_send, 32);

FIELD(filed_upload_options, size, 0);
FIELD(filed_upload_options, file_name, 8);
FIELD(filed_upload_options, mime_type, 16);
FIELD(filed_upload_options, progress, 24);
FIELD(filed_upload_options, user, 32);
FIELD(filed_upload_options, cancel, 40);
SIZE(filed_upload_options, 48);

FIELD(filed_push_options, size, 0);
FIELD(filed_push_options, allow_partial, 4);
FIELD(filed_push_options, connection_id, 8);
FIELD(filed_push_options, workspace_id, 16);
FIELD(filed_push_options, job_name, 24);
FIELD(filed_push_options, journal_path, 32);
FIELD(filed_push_options, on_existing, 40);
SIZE(filed_push_options, 48);

FIELD(filed_file, size, 0);
FIELD(filed_file, external_id, 8);
FIELD(filed_file, path, 16);
FIELD(filed_file, data, 24);
FIELD(filed_file, data_length, 32);
FIELD(filed_file, url, 40);
FIELD(filed_file, file_name, 48);
FIELD(filed_file, mime_type, 56);
FIELD(filed_file, category, 64);
FIELD(filed_file, metadata_json, 72);
SIZE(filed_file, 80);

#endif

/* No pointer in these: the same everywhere. */
FIELD(filed_counts, total, 0);
FIELD(filed_counts, sent, 8);
FIELD(filed_counts, attached, 16);
FIELD(filed_counts, imported, 24);
FIELD(filed_counts, failed, 32);
FIELD(filed_counts, cancelled, 40);
SIZE(filed_counts, 48);

FIELD(filed_progress, size, 0);
FIELD(filed_progress, state, 4);
FIELD(filed_progress, clients, 8);
FIELD(filed_progress, files, 56);
FIELD(filed_progress, bytes_total, 104);
FIELD(filed_progress, bytes_sent, 112);
FIELD(filed_progress, uploading, 120);
SIZE(filed_progress, 128);
