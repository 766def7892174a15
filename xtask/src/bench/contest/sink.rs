//! The sink as a child process, and what it has counted.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::{place, run};

/// A running sink; dropping it ends the process.
pub struct Sink {
    child: Child,
    addresses: Addresses,
    authority: PathBuf,
}

#[derive(Deserialize)]
struct Addresses {
    plain: String,
    tls: String,
}

/// What a sink has taken since it began.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Counts {
    pub uploads: u64,
    pub bytes: u64,
    pub calls: u64,
}

impl Sink {
    pub fn start(programs: &Path) -> Result<Self> {
        let authority = place::target()?.join("bench").join("authority.pem");
        let mut command = run::command(programs.join("filed-bench-sink"))?;
        command.arg("--authority").arg(&authority);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("the sink cannot be started")?;
        let out = child.stdout.take().context("the sink has no output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let addresses = serde_json::from_str(&line)
            .with_context(|| format!("the sink said `{line}` instead of being ready"))?;
        Ok(Self {
            child,
            addresses,
            authority,
        })
    }

    /// The variables a contender finds it by.
    pub fn variables(&self, tls: bool, late: bool) -> Vec<(&'static str, String)> {
        let base = match tls {
            true => &self.addresses.tls,
            false => &self.addresses.plain,
        };
        let folder = if late { "/late" } else { "" };
        let mut variables = vec![
            ("FILED_GATEWAY_URL", format!("{base}/graphql")),
            ("FILED_UPLOAD_URL", format!("{base}{folder}/upload")),
            ("FILED_API_KEY", "a-key".to_owned()),
            ("FILED_SOURCE_PLATFORM", "bench".to_owned()),
        ];
        if tls {
            let authority = self.authority.display().to_string();
            variables.push(("NODE_EXTRA_CA_CERTS", authority.clone()));
            variables.push(("FILED_CA_BUNDLE", authority));
        }
        variables
    }

    pub fn counts(&self) -> Result<Counts> {
        let host = self.addresses.plain.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host)?;
        write!(stream, "GET /counts HTTP/1.1\r\nhost: {host}\r\n\r\n")?;
        stream.shutdown(std::net::Shutdown::Write)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (_, json) = answer
            .split_once("\r\n\r\n")
            .context("no answer from the sink")?;
        Ok(serde_json::from_str(json)?)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // Gone already is as good as ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
