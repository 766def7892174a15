//! The layout of every struct that crosses the boundary, asserted at compile time for each target
//! the library is built for. `tests/abi/layout.c` asserts the same of the header.
//!
//! A number here never changes. A struct with a `size` grows by new fields behind its old end.

/// Where this target's numbers are: with pointers of 64 bits; of 32 bits, where 64-bit integers are
/// aligned to 8 bytes (Windows, ARM); of 32 bits, where they are aligned to 4 (Linux on x86).
const COLUMN: usize = match (size_of::<usize>(), align_of::<u64>()) {
    (8, 8) => 0,
    (4, 8) => 1,
    (4, 4) => 2,
    _ => panic!("the ABI has no layout for this target"),
};

macro_rules! layout {
    ($($kind:path: [$($size:literal)*] {
        $($field:ident: [$($offset:literal)*],)*
    })*) => {
        $(const _: () = {
            type Kind = $kind;
            assert!(size_of::<Kind>() == [$($size),*][COLUMN]);
            $(assert!(std::mem::offset_of!(Kind, $field) == [$($offset),*][COLUMN]);)*
            // Every field is listed: naming them all takes no `..`.
            let _ = |Kind { $($field: _),* }: Kind| ();
        };)*
    };
}

layout! {
    crate::artifacts::filed_new_artifact: [48 28 28] {
        size: [0 0 0],
        reserved: [4 4 4],
        name: [8 8 8],
        r#type: [16 12 12],
        url: [24 16 16],
        external_id: [32 20 20],
        metadata_json: [40 24 24],
    }
    crate::connections::filed_connection_filter: [72 72 56] {
        size: [0 0 0],
        reserved: [4 4 4],
        ids: [8 8 8],
        id_count: [16 16 12],
        statuses: [24 24 20],
        status_count: [32 32 24],
        provider_keys: [40 40 32],
        provider_key_count: [48 48 36],
        categories: [56 56 44],
        category_count: [64 64 48],
    }
    crate::entries::filed_file: [80 56 48] {
        size: [0 0 0],
        reserved: [4 4 4],
        external_id: [8 8 8],
        path: [16 12 12],
        data: [24 16 16],
        data_length: [32 24 20],
        url: [40 32 28],
        file_name: [48 36 32],
        mime_type: [56 40 36],
        category: [64 44 40],
        metadata_json: [72 48 44],
    }
    crate::jobs::filed_new_work: [24 16 16] {
        size: [0 0 0],
        reserved: [4 4 4],
        name: [8 8 8],
        external_id: [16 12 12],
    }
    crate::jobs::filed_work_filter: [56 56 44] {
        size: [0 0 0],
        reserved: [4 4 4],
        job_ids: [8 8 8],
        job_id_count: [16 16 12],
        ids: [24 24 20],
        id_count: [32 32 24],
        work_ids: [40 40 32],
        work_id_count: [48 48 36],
    }
    crate::platform::filed_file_to_send: [32 20 20] {
        size: [0 0 0],
        reserved: [4 4 4],
        file_name: [8 8 8],
        content_type: [16 12 12],
        tusd_endpoint: [24 16 16],
    }
    crate::progress::filed_counts: [48 48 48] {
        total: [0 0 0],
        sent: [8 8 8],
        attached: [16 16 16],
        imported: [24 24 24],
        failed: [32 32 32],
        cancelled: [40 40 40],
    }
    crate::progress::filed_progress: [128 128 128] {
        size: [0 0 0],
        state: [4 4 4],
        clients: [8 8 8],
        files: [56 56 56],
        bytes_total: [104 104 104],
        bytes_sent: [112 112 112],
        uploading: [120 120 120],
        reserved: [124 124 124],
    }
    crate::pull::filed_pull_about: [48 32 32] {
        size: [0 0 0],
        reserved: [4 4 4],
        platform: [8 8 8],
        contact: [16 12 12],
        credentials: [24 16 16],
        webhooks: [32 20 20],
        webhook_count: [40 24 24],
    }
    crate::pull::filed_pull_check_options: [104 72 68] {
        size: [0 0 0],
        read_only: [4 4 4],
        base_url: [8 8 8],
        api_key: [16 12 12],
        client_id: [24 16 16],
        client_secret: [32 20 20],
        document: [40 24 24],
        mapping: [48 28 28],
        ca_bundle: [56 32 32],
        target: [64 36 36],
        cancel: [72 40 40],
        time_ms: [80 48 44],
        max_requests: [88 56 52],
        max_clients: [92 60 56],
        max_files: [96 64 60],
        reserved: [100 68 64],
    }
    crate::pull::filed_pull_client: [56 32 32] {
        size: [0 0 0],
        reserved: [4 4 4],
        id: [8 8 8],
        name: [16 12 12],
        email: [24 16 16],
        phone: [32 20 20],
        r#type: [40 24 24],
        last_modified: [48 28 28],
    }
    crate::pull::filed_pull_client_query: [56 40 36] {
        size: [0 0 0],
        limit: [4 4 4],
        offset: [8 8 8],
        cursor: [16 16 16],
        sort: [24 20 20],
        modified_since: [32 24 24],
        r#type: [40 28 28],
        id: [48 32 32],
    }
    crate::pull::filed_pull_file: [64 40 40] {
        size: [0 0 0],
        reserved: [4 4 4],
        file_size: [8 8 8],
        id: [16 16 16],
        name: [24 20 20],
        mime_type: [32 24 24],
        date_created: [40 28 28],
        date_modified: [48 32 32],
        metadata_json: [56 36 36],
    }
    crate::pull::filed_pull_file_query: [56 40 36] {
        size: [0 0 0],
        limit: [4 4 4],
        offset: [8 8 8],
        cursor: [16 16 16],
        sort: [24 20 20],
        modified_since: [32 24 24],
        mime_type: [40 28 28],
        extension: [48 32 32],
    }
    crate::pull::filed_pull_key: [32 20 20] {
        size: [0 0 0],
        reserved: [4 4 4],
        caller: [8 8 8],
        key: [16 12 12],
        scopes: [24 16 16],
    }
    crate::pull::filed_pull_new_file: [56 40 36] {
        size: [0 0 0],
        reserved: [4 4 4],
        file_size: [8 8 8],
        name: [16 16 16],
        mime_type: [24 20 20],
        description: [32 24 24],
        metadata_json: [40 28 28],
        idempotency_key: [48 32 32],
    }
    crate::pull::filed_pull_new_note: [40 24 24] {
        size: [0 0 0],
        format: [4 4 4],
        text: [8 8 8],
        category: [16 12 12],
        author: [24 16 16],
        idempotency_key: [32 20 20],
    }
    crate::pull::filed_pull_oauth_client: [32 20 20] {
        size: [0 0 0],
        reserved: [4 4 4],
        id: [8 8 8],
        secret: [16 12 12],
        scopes: [24 16 16],
    }
    crate::pull::filed_pull_options: [168 152 136] {
        size: [0 0 0],
        reserved: [4 4 4],
        listen: [8 8 8],
        public_url: [16 12 12],
        tls_certificate: [24 16 16],
        tls_key: [32 20 20],
        keys: [40 24 24],
        key_count: [48 32 28],
        oauth_clients: [56 40 36],
        oauth_client_count: [64 48 40],
        state_dir: [72 56 48],
        signed_url_lifetime_ms: [80 64 52],
        token_lifetime_ms: [88 72 60],
        max_file_size: [96 80 68],
        provider_timeout_ms: [104 88 76],
        stall_timeout_ms: [112 96 84],
        upload_lifetime_ms: [120 104 92],
        lock_out_ms: [128 112 100],
        max_connections: [136 120 108],
        max_uploads: [140 124 112],
        rate_per_second: [144 128 116],
        rate_burst: [148 132 120],
        max_failures: [152 136 124],
        reserved_too: [156 140 128],
        about: [160 144 132],
    }
    crate::pull::filed_pull_provider: [72 40 40] {
        size: [0 0 0],
        reserved: [4 4 4],
        user: [8 8 8],
        release: [16 12 12],
        list_clients: [24 16 16],
        list_files: [32 20 20],
        open_file: [40 24 24],
        add_note: [48 28 28],
        receive_file: [56 32 32],
        authenticate: [64 36 36],
    }
    crate::pull::filed_pull_sandbox: [32 20 20] {
        size: [0 0 0],
        reserved: [4 4 4],
        api_key: [8 8 8],
        client_id: [16 12 12],
        client_secret: [24 16 16],
    }
    crate::pull::filed_pull_webhook: [24 16 16] {
        size: [0 0 0],
        reserved: [4 4 4],
        name: [8 8 8],
        description: [16 12 12],
    }
    crate::push::filed_push_options: [48 32 32] {
        size: [0 0 0],
        allow_partial: [4 4 4],
        connection_id: [8 8 8],
        workspace_id: [16 12 12],
        job_name: [24 16 16],
        journal_path: [32 20 20],
        on_existing: [40 24 24],
        reserved: [44 28 28],
    }
    crate::uploads::filed_upload_options: [48 28 28] {
        size: [0 0 0],
        reserved: [4 4 4],
        file_name: [8 8 8],
        mime_type: [16 12 12],
        progress: [24 16 16],
        user: [32 20 20],
        cancel: [40 24 24],
    }
    crate::workspaces::filed_new_workspace: [32 20 20] {
        size: [0 0 0],
        reserved: [4 4 4],
        display_name: [8 8 8],
        metadata_json: [16 12 12],
        firm_size: [24 16 16],
    }
}
