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
