//! The sample firm: clients and documents made here, the same bytes every time.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

/// Clients with their documents. The names are made up.
pub const CLIENTS: [(&str, &[&str]); 6] = [
    (
        "Amber Lindqvist - 2024",
        &[
            "w2.pdf",
            "1099-int.pdf",
            "driver licence.jpg",
            "donations.csv",
        ],
    ),
    (
        "Bakery on Oak Street - 2024",
        &["1120.pdf", "payroll.csv", "depreciation.csv", "lease.pdf"],
    ),
    (
        "Carlos and Inés Ferrer - 2024",
        &["w2 Carlos.pdf", "w2 Inés.pdf", "1098 \"home\".pdf"],
    ),
    (
        "Dunmore Family Trust - 2024",
        &["1041.pdf", "k-1.pdf", "holdings.csv"],
    ),
    (
        "Eun-ji Park - 2024",
        &["w2.pdf", "1099-b.pdf", "trades.csv", "passport.jpg"],
    ),
    (
        "Farouk Consulting LLC - 2024",
        &["1065.pdf", "mileage.csv", "receipts.pdf"],
    ),
];

/// Makes the firm's folder, one sub-folder per client; says how many documents it has.
pub fn make(firm: &Path) -> Result<usize> {
    if firm.exists() {
        std::fs::remove_dir_all(firm)?;
    }
    let mut count = 0;
    for (client, documents) in CLIENTS {
        let folder = firm.join(client);
        std::fs::create_dir_all(&folder)?;
        for document in documents {
            std::fs::write(folder.join(document), content(client, document))?;
            count += 1;
        }
    }
    Ok(count)
}

fn content(client: &str, document: &str) -> Vec<u8> {
    let title = format!("{document} of {client}");
    match document.rsplit('.').next() {
        Some("csv") => csv(&title),
        Some("jpg") => jpeg(&title),
        _ => pdf(&title),
    }
}

/// A table of a few hundred rows whose numbers come from its title.
fn csv(title: &str) -> Vec<u8> {
    let mut state = title
        .bytes()
        .fold(17_u32, |sum, byte| sum.wrapping_mul(31) + u32::from(byte));
    let mut text = String::from("date,description,amount\n");
    for row in 0..300 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (cents, day) = (state >> 12, row % 28 + 1);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "2024-{:02}-{day:02},item {row},{}.{:02}",
            row % 12 + 1,
            cents / 100,
            cents % 100
        );
    }
    text.into_bytes()
}

/// A PDF of one page that shows its title.
pub fn pdf(title: &str) -> Vec<u8> {
    let shown: String = title
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || " -.".contains(*c))
        .collect();
    let drawing = format!("BT /F1 18 Tf 72 720 Td ({shown}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{drawing}\nendstream",
            drawing.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut text = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (object, number) in objects.iter().zip(1..) {
        offsets.push(text.len());
        let _ = write!(text, "{number} 0 obj\n{object}\nendobj\n");
    }
    let table = text.len();
    let _ = write!(text, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in offsets {
        let _ = writeln!(text, "{offset:010} 00000 n ");
    }
    let _ = write!(
        text,
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    );
    text.into_bytes()
}

/// A grey picture of one pixel, with its title as a comment.
fn jpeg(title: &str) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    segment(&mut bytes, 0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    segment(&mut bytes, 0xfe, title.as_bytes());
    let mut quantisation = vec![0];
    quantisation.extend([16_u8; 64]);
    segment(&mut bytes, 0xdb, &quantisation);
    segment(&mut bytes, 0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]);
    // One code each: for a difference of zero, and for the end of the block.
    segment(&mut bytes, 0xc4, &table(0x00));
    segment(&mut bytes, 0xc4, &table(0x10));
    segment(&mut bytes, 0xda, &[1, 1, 0, 0, 63, 0]);
    // Two codes of one bit, both zero; the rest of the byte is filled with ones.
    bytes.extend([0x3f, 0xff, 0xd9]);
    bytes
}

/// A Huffman table with one code of one bit, for the symbol zero.
fn table(class: u8) -> Vec<u8> {
    let mut table = vec![class, 1];
    table.extend([0; 15]);
    table.push(0);
    table
}

fn segment(bytes: &mut Vec<u8>, marker: u8, content: &[u8]) {
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    bytes.extend([0xff, marker]);
    bytes.extend(length.to_be_bytes());
    bytes.extend(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_firm_is_large_enough_and_the_same_every_time() {
        let documents: usize = CLIENTS.iter().map(|(_, documents)| documents.len()).sum();
        assert!(CLIENTS.len() >= 6 && documents >= 20);
        assert_eq!(csv("a"), csv("a"));
        assert_ne!(csv("a"), csv("b"));
    }

    #[test]
    fn a_pdf_s_table_points_at_its_objects() {
        let text = String::from_utf8(pdf("W-2")).unwrap();
        let start: usize = text
            .rsplit("startxref\n")
            .next()
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert!(text[start..].starts_with("xref"));
        for (number, line) in text[start..].lines().skip(3).take(5).enumerate() {
            let offset: usize = line[..10].parse().unwrap();
            assert!(text[offset..].starts_with(&format!("{} 0 obj", number + 1)));
        }
    }

    #[test]
    fn a_jpeg_is_whole() {
        let bytes = jpeg("passport");
        assert!(bytes.starts_with(&[0xff, 0xd8]) && bytes.ends_with(&[0xff, 0xd9]));
    }
}
