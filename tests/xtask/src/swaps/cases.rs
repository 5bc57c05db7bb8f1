//! Four operations, and for each some calls that together go through every line of its `run`.

/// An operation, and how it is called.
pub(super) struct Case {
    pub(super) operation: &'static str,
    pub(super) capability: &'static str,
    pub(super) calls: &'static [&'static str],
}

/// A service, what is in its database, and the operations of it.
pub(super) struct Service {
    pub(super) name: &'static str,
    /// How its database is filled: a command of the service.
    pub(super) fill: &'static [&'static str],
    pub(super) cases: &'static [Case],
}

/// The rows of the shop.
pub(super) const SHOP: &str = include_str!("shop.json");

pub(super) const SERVICES: [Service; 2] = [
    Service {
        name: "helpdesk",
        fill: &["data", "load", "demo"],
        cases: &[
            Case {
                operation: "change_customer_email",
                capability: "customers.write",
                calls: &[r#"{"customer":"cus_ada","new_email":"ada@new.example"}"#],
            },
            Case {
                operation: "close_tickets",
                capability: "tickets.write",
                calls: &[
                    r#"{"customer":"cus_ada","tickets":["tic_1"],"text":"Solved."}"#,
                    r#"{"customer":"cus_ada","tickets":["tic_1"]}"#,
                ],
            },
        ],
    },
    Service {
        name: "retail",
        fill: &["data", "import", "shop.json"],
        cases: &[
            Case {
                operation: "cancel_pending_order",
                capability: "orders.cancel",
                calls: &[r##"{"order_id":"#W0000001","reason":"no longer needed"}"##],
            },
            Case {
                operation: "modify_pending_order_items",
                capability: "orders.change",
                calls: &[
                    r##"{"order_id":"#W0000001","item_ids":["2000000001"],"new_item_ids":["2000000002"],"payment_method_id":"gift_card_0000001"}"##,
                    r##"{"order_id":"#W0000001","item_ids":["2000000001"],"new_item_ids":["2000000002"],"payment_method_id":"paypal_0000001"}"##,
                ],
            },
        ],
    },
];
