//! From SVG to PNG, with letters of our own: a machine without fonts shows the same picture.

use domain::series::FONT;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use std::io;

/// `DejaVu Sans` for Latin, Greek, Cyrillic and the signs that the charts use; `font/LICENSE` says how it was made.
const LETTERS: &[u8] = include_bytes!("font/DejaVuSans-subset.ttf");

/// The picture in its own size.
///
/// # Errors
/// It is no SVG, or too large for the memory.
pub fn png(svg: &str) -> io::Result<Vec<u8>> {
    let mut options = Options { font_family: FONT.to_owned(), ..Options::default() };
    options.fontdb_mut().load_font_data(LETTERS.to_vec());
    // A name in Chinese is better in some font of this machine than in boxes.
    if !svg.chars().all(has) {
        options.fontdb_mut().load_system_fonts();
    }
    let tree = Tree::from_str(svg, &options).map_err(io::Error::other)?;
    let size = tree.size().to_int_size();
    let mut picture = Pixmap::new(size.width(), size.height())
        .ok_or_else(|| io::Error::other("the picture is too large for the memory"))?;
    resvg::render(&tree, Transform::identity(), &mut picture.as_mut());
    picture.encode_png().map_err(io::Error::other)
}

/// Whether our letters have it.
const fn has(letter: char) -> bool {
    matches!(letter,
        '\n' | ' '..='~' | '\u{a0}'..='\u{17f}' | '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{45f}' | '\u{2010}'..='\u{2027}'
        | '\u{2030}'..='\u{203a}' | '\u{2070}'..='\u{2089}' | '\u{20ac}' | '\u{2116}' | '\u{2122}' | '\u{2190}'..='\u{2195}'
        | '\u{2200}'..='\u{2265}' | '\u{25a0}'..='\u{25cf}' | '\u{fffd}')
}
