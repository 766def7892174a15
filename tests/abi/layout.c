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
