//! The width and height of a picture, from the first bytes of its file.

use super::SourceAsset;

/// Enough for the headers of every format, a JPEG's embedded preview included.
const HEAD: u64 = 256 * 1024;

pub(super) fn size(asset: &SourceAsset) -> Option<(u32, u32)> {
    let extension = asset.path.rsplit_once('.')?.1.to_ascii_lowercase();
    match extension.as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "bmp" | "jxl" => {
            let found = imagesize::blob_size(&asset.read_head(HEAD).ok()?).ok()?;
            Some((u32::try_from(found.width).ok()?, u32::try_from(found.height).ok()?))
        }
        "svg" => svg_size(&String::from_utf8_lossy(&asset.read_head(HEAD).ok()?)),
        _ => None,
    }
}

/// From `width` and `height` in pixels, else from `viewBox` (SVG 2, section 8).
fn svg_size(text: &str) -> Option<(u32, u32)> {
    let tag = text.split_once("<svg")?.1.split_once('>')?.0;
    let attribute = |name: &str| tag.split_once(&format!(" {name}=\""))?.1.split('"').next();
    let pixels = |name: &str| attribute(name).and_then(|value| value.trim_end_matches("px").parse::<f64>().ok());
    let (width, height) = match (pixels("width"), pixels("height")) {
        (Some(width), Some(height)) => (width, height),
        _ => {
            let mut numbers = attribute("viewBox")?.split([' ', ',']).filter_map(|n| n.parse::<f64>().ok()).skip(2);
            (numbers.next()?, numbers.next()?)
        }
    };
    Some((whole(width)?, whole(height)?))
}

/// To the nearest pixel; nothing that is no size of a picture.
fn whole(pixels: f64) -> Option<u32> {
    let text = format!("{pixels:.0}");
    text.parse().ok().filter(|size| (1..=65_535).contains(size))
}

#[cfg(test)]
mod tests {
    use super::svg_size;

    #[test]
    fn svg_sizes_are_read() {
        assert_eq!(svg_size(r#"<svg width="10px" height="20">"#), Some((10, 20)));
        assert_eq!(svg_size(r#"<svg viewBox="0 0 30.4 40">"#), Some((30, 40)));
        assert_eq!(svg_size(r#"<svg width="100%" height="1">"#), None);
    }
}
