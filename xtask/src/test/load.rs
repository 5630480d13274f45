//! A busy machine: what happens in the order that a test expects on an idle one may not, there.

use std::hint::spin_loop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// As many as CI has cores: none is left over for a browser.
const LOOPS: usize = 2;

/// Loops that do nothing as fast as they can, until this is dropped or the program ends.
pub(super) struct Load {
    is_over: Arc<AtomicBool>,
    loops: Vec<JoinHandle<()>>,
}

impl Load {
    /// Starts them.
    pub(super) fn start() -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let busy = || {
            let is_over = Arc::clone(&is_over);
            thread::spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    spin_loop();
                }
            })
        };
        let loops = (0..LOOPS).map(|_| busy()).collect();
        Self { is_over, loops }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        for busy in self.loops.drain(..) {
            // It cannot panic.
            let _ = busy.join();
        }
    }
}
