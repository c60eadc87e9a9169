//! The path to the servers of the tests: a gateway, CometD, GWS.

use bayeux::server;
use serde_json::{Value, json};
use supervision::{HttpRequest, Response};

use super::{BASE, Harness, OWNER, Packet, ms};

impl Harness {
    /// The answer of a gateway that rejects everybody.
    pub(super) fn refused(&self, status: u16, body: &str) -> Response {
        let challenge = self
            .challenge
            .map(|challenge| ("WWW-Authenticate", challenge));
        let patience = (status == 503).then_some(("Retry-After", "5"));
        let headers = challenge.into_iter().chain(patience);
        Response {
            status,
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    pub(super) fn serve(&mut self, request: &HttpRequest) {
        let path = request.url.strip_prefix(BASE).expect("below the base");
        let json = |status: u16, value: Value| (status, value.to_string());
        if self.gws.is_down {
            let at = self.now + ms(5);
            return self
                .on_the_way
                .push((at, Packet::Response(request.id, None)));
        }
        if let Some((status, body)) = &self.gateway {
            self.gateway_requests += 1;
            let response = self.refused(*status, body);
            return self.respond(request.id, response);
        }
        if let Some((_, status, body)) = self.gws.refusal.filter(|(at, ..)| path.starts_with(at)) {
            match request.method {
                gws::Method::Get => self.gws.paths.push(path.to_owned()),
                gws::Method::Post => self.refused_posts += 1,
            }
            let response = self.refused(status, body);
            return self.respond(request.id, response);
        }
        if path.ends_with("/handshake") {
            self.cometd_handshakes += 1;
        }
        let token = ("X-CSRF-TOKEN".to_owned(), self.gws.token.to_string());
        let is_post = request.method == gws::Method::Post;
        let answer = if !self.gws.is_signed_in {
            json(
                403,
                json!({ "statusCode": 20, "statusMessage": "Access denied" }),
            )
        } else if is_post && !request.headers.contains(&token) {
            (403, "Missing or invalid Csrf token".to_owned())
        } else if let ("/notifications", Some(reply)) = (path, &self.gws.subscriptions) {
            reply.clone()
        } else if path.starts_with("/notifications") {
            let input = server::Input::Request {
                id: request.id,
                owner: OWNER,
                browser: self.browser.as_deref(),
                body: request.body.as_deref().unwrap_or_default().as_bytes(),
            };
            return self.cometd.handle(input, self.now);
        } else if is_post {
            let body = request.body.as_deref().unwrap_or_default();
            let body = serde_json::from_str(body).expect("JSON");
            self.gws.operations.push((path.to_owned(), body));
            match &self.gws.operation {
                Some(reply) => reply.clone(),
                None => return,
            }
        } else {
            self.gws.paths.push(path.to_owned());
            let is_at = |at: Option<&str>| at.is_some_and(|at| path.starts_with(at));
            if is_at(self.gws.slow_path) {
                self.slow = Some(request.id);
                return;
            }
            if is_at(self.gws.refused_path) {
                let response = Response {
                    status: 401,
                    ..Response::default()
                };
                return self.respond(request.id, response);
            }
            if let Some((_, after)) = self.gws.busy.filter(|(at, _)| path.starts_with(at)) {
                let response = Response {
                    status: 503,
                    headers: vec![("Retry-After".to_owned(), after.to_owned())],
                    ..Response::default()
                };
                return self.respond(request.id, response);
            }
            match &self.gws.reads {
                Some(reply) => reply.clone(),
                None => (200, self.gws.document(path)),
            }
        };
        let mut headers = vec![
            ("x-csrf-header".to_owned(), "X-CSRF-TOKEN".to_owned()),
            ("x-csrf-token".to_owned(), self.gws.token.to_string()),
        ];
        if is_post {
            headers.extend(self.gws.operation_headers.clone());
        }
        let response = Response {
            status: answer.0,
            headers,
            body: answer.1.into_bytes(),
        };
        self.respond(request.id, response);
    }
}
