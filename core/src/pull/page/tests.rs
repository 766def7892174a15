use proptest::prelude::*;

use super::*;

fn client(id: &str, name: &str) -> PullClient {
    PullClient {
        id: id.into(),
        name: name.into(),
        email: None,
        phone: None,
        kind: None,
        last_modified: None,
    }
}

fn file(name: &str, mime_type: &str) -> PullFile {
    PullFile {
        id: name.into(),
        name: name.into(),
        size: 1,
        mime_type: mime_type.into(),
        download_url: None,
        date_created: None,
        date_modified: None,
        metadata: serde_json::Map::new(),
    }
}

fn query(limit: usize, sort: ClientSort) -> ClientQuery {
    ClientQuery {
        limit,
        sort,
        ..ClientQuery::default()
    }
}

fn walk(pages: &mut dyn FnMut(usize) -> Vec<PullClient>, query: &ClientQuery) -> Vec<String> {
    let (mut seen, mut after, mut number) = (Vec::new(), None, 0);
    loop {
        let cut = cut(Listing::All(pages(number)), query, after.take());
        seen.extend(cut.items.iter().map(|one| one.id.clone()));
        number += 1;
        match cut.next {
            Some(Cursor::After(place)) => after = Some(place),
            _ => return seen,
        }
    }
}

proptest! {
    #[test]
    fn what_stays_is_given_once_whatever_comes_and_goes_meanwhile(
        stays in prop::collection::btree_set("[a-f]{1,3}", 1..30),
        comes in prop::collection::vec(prop::collection::btree_set("[a-f]{1,3}x", 0..6), 1..8),
        limit in 1usize..7,
        descending: bool,
    ) {
        let sort = if descending { ClientSort::NameDescending } else { ClientSort::Name };
        let mut pages = |number: usize| {
            let coming = comes[number % comes.len()].iter();
            stays.iter().chain(coming).map(|id| client(id, &id[..1])).collect()
        };
        let seen = walk(&mut pages, &query(limit, sort));
        for id in &stays {
            prop_assert_eq!(seen.iter().filter(|one| *one == id).count(), 1, "{}", id);
        }
    }
}

#[test]
fn equal_names_are_ordered_by_id_and_lost_to_no_page() {
    let all = || vec![client("3", "A"), client("1", "a"), client("2", "A")];
    let seen = walk(&mut |_| all(), &query(1, ClientSort::Name));
    assert_eq!(seen, ["1", "2", "3"]);
}

#[test]
fn an_offset_beyond_the_end_is_an_empty_last_page() {
    let mut query = query(10, ClientSort::Id);
    query.offset = Some(u64::MAX);
    let cut = cut(Listing::All(vec![client("1", "a")]), &query, None);
    assert!(cut.items.is_empty() && cut.next.is_none());
    assert_eq!(cut.total, Some(1));
}

#[test]
fn a_cursor_belongs_to_its_filters_and_order() {
    let secret = secrecy::SecretBox::new(Box::new([1; 32]));
    let sealer = Seal::new(&secret).unwrap();
    let cursor = Cursor::Provider("page 2".into());
    let sealed = seal(&sealer, "type=a", &cursor).unwrap();
    let mut asked = query(1, ClientSort::Id);
    assert!(resume(&sealer, "type=a", Some(&sealed), &mut asked).is_ok());
    assert_eq!(asked.cursor.as_deref(), Some("page 2"));
    for (context, sealed) in [("type=b", sealed.as_str()), ("type=a", "made-up")] {
        let refused = resume(&sealer, context, Some(sealed), &mut asked).err();
        assert_eq!(refused.map(|p| p.code()), Some(Code::CursorNotFound));
    }
}

#[test]
fn filters_look_at_type_extension_and_time() {
    let pdf = file("W-2.PDF", "application/pdf");
    let keeps = |change: fn(&mut FileQuery)| {
        let mut query = FileQuery::default();
        change(&mut query);
        query.keeps(&pdf)
    };
    assert!(keeps(|q| q.mime_type = Some("Application/PDF; q=1".into())));
    assert!(keeps(|q| q.mime_type = Some("application/*".into())));
    assert!(!keeps(|q| q.mime_type = Some("image/*".into())));
    assert!(keeps(|q| q.extension = Some("pdf".into())));
    assert!(!keeps(|q| q.extension = Some("df".into())));
    assert!(keeps(|q| q.modified_since = Some(Timestamp::MAX)));
    let dated = PullFile {
        date_modified: Some(Timestamp::UNIX_EPOCH),
        ..pdf.clone()
    };
    let late = FileQuery {
        modified_since: Some(Timestamp::MAX),
        ..FileQuery::default()
    };
    assert!(!late.keeps(&dated));
}
