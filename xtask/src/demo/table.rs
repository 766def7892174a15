//! The table of what the sandbox received.

use crate::received::Received;

/// Prints one import, a line per document.
pub fn print(job: &str, received: &Received) {
    println!("\n{job}");
    println!(
        "  {:<30} {:<20} {:>8}  {:<18} {:<10} same",
        "client", "document", "bytes", "blake3 received", "import"
    );
    for document in &received.documents {
        let (blake3, status) = match &document.received {
            Some((blake3, status)) => (blake3.as_str(), status.as_str()),
            None => ("-", "missing"),
        };
        println!(
            "  {:<30} {:<20} {:>8}  {:<18} {:<10} {}",
            document.client,
            document.file,
            document.size,
            blake3.get(..16).unwrap_or(blake3),
            status,
            if document.good() { "yes" } else { "NO" }
        );
    }
    received
        .problems
        .iter()
        .for_each(|problem| println!("  {problem}"));
    println!();
}
