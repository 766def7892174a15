use super::*;

const BASE: &str = "https://platform.example.com";

fn package() -> Documents {
    let access = SandboxAccess {
        api_key: Some("sandbox-key-0123456789".into()),
        oauth_client: Some(("sandbox".into(), "sandbox-secret-0123456789".into())),
    };
    Documents::package(&PullConfig::default(), BASE, &access).unwrap()
}

/// What stands beneath a heading, up to the next one.
fn section<'a>(markdown: &'a str, heading: &str) -> Option<&'a str> {
    let start = format!("\n## {heading} {{#{}}}\n", markdown::anchor(heading));
    let rest = markdown.split_once(&start)?.1;
    Some(rest.split("\n## ").next().unwrap_or(rest))
}

#[test]
fn every_item_filed_asks_for_is_answered_where_the_table_says() {
    let text = package().markdown;
    for item in items::ALL {
        let found = section(&text, item.section);
        let found = found.unwrap_or_else(|| panic!("no section {}", item.section));
        let (part, asked) = (item.part, item.asked);
        assert!(
            found.contains(item.answer),
            "{part}, {asked}: {:?} is not in {:?}:\n{found}",
            item.answer,
            item.section
        );
    }
}

#[test]
fn each_of_the_six_parts_has_its_items() {
    for part in ["1.", "2.", "3.", "4.", "5.", "6.", "All"] {
        let count = items::ALL
            .iter()
            .filter(|item| item.part.starts_with(part))
            .count();
        assert!(count >= 7, "{part}");
    }
}

#[test]
fn the_package_is_filled_in_and_what_everybody_sees_is_not() {
    let config = PullConfig::default();
    let (package, open) = (package(), Documents::new(&config, BASE));
    for text in [&package.markdown, &package.html] {
        assert!(text.contains(BASE) && text.contains("sandbox-key-0123456789"));
        assert!(text.contains("sandbox-secret-0123456789"));
    }
    assert!(package.openapi.contains(BASE));
    for text in [&open.markdown, &open.html, &open.openapi, &package.openapi] {
        assert!(!text.contains("sandbox-"));
    }
}

#[test]
fn what_the_platform_says_of_itself_is_in_all_of_them() {
    let mut config = PullConfig::default();
    config.about.platform = "Ledger & Sons".into();
    config.about.contact = Some("api@ledger.example".into());
    config.about.credentials = "Ask <b>Grace</b>.".into();
    let access = SandboxAccess::default();
    let made = Documents::package(&config, &format!("{BASE}/"), &access).unwrap();
    for text in [&made.openapi, &made.markdown] {
        assert!(text.contains("Ledger & Sons") && text.contains("api@ledger.example"));
        assert!(!text.contains("example.com//"));
    }
    assert!(made.html.contains("Ledger &amp; Sons"));
    assert!(
        !made.html.contains("<b>Grace</b>"),
        "it is no place for tags"
    );
    assert!(Documents::package(&config, "platform.example.com", &access).is_err());
}

#[test]
fn the_page_loads_nothing() {
    let page = package().html;
    for way in ["<script", "<link", "<img", "<iframe", "url(", "@import"] {
        assert!(!page.contains(way), "{way}");
    }
    assert!(page.contains("<table>"));
    assert!(page.contains("<h2 id=\"list-clients\">"));
}
