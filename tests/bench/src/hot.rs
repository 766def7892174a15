//! What the micro-benchmarks and the counts of instructions work on.

/// What an upload host answers.
pub const ANSWER: &[u8] = br#"{"fileUrl":"https://files.example/8d0f4f0c-6a3c-4f7e-9d57-2b9a3d1c0e42","fileName":"document.pdf","mimeType":"application/pdf"}"#;

/// A document of so many bytes.
pub fn document(size: usize) -> Vec<u8> {
    (0..size)
        .map(|at| u8::try_from(at % 251).unwrap_or(0))
        .collect()
}
