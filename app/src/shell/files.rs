//! Files that the visitor chose.

use js_sys::Uint8Array;
use web_sys::HtmlInputElement;
use zeroize::Zeroizing;

use super::exception_text;

/// Most that is read, all files together: no certificate or key comes near it.
const MAX_BYTES: f64 = 1024.0 * 1024.0;

/// What is in the files of an `<input type="file">`.
///
/// # Errors
/// Words for the visitor.
pub(crate) async fn contents(input: &HtmlInputElement) -> Result<Vec<Zeroizing<Vec<u8>>>, String> {
    let files = input.files();
    let files: Vec<_> = files
        .iter()
        .flat_map(|list| (0..list.length()).filter_map(|index| list.get(index)))
        .collect();
    if files.iter().map(|file| file.size()).sum::<f64>() > MAX_BYTES {
        return Err("These files are larger than certificates and keys are.".to_owned());
    }
    let mut contents = Vec::new();
    for file in files {
        let read = file.array_buffer().await;
        let buffer = read.map_err(|exception| {
            format!(
                "{} could not be read: {}",
                file.name(),
                exception_text(&exception)
            )
        })?;
        contents.push(Zeroizing::new(Uint8Array::new(&buffer).to_vec()));
    }
    Ok(contents)
}
