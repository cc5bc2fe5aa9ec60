//! What must be readable on what (WCAG 2: 4.5 to 1 for text).

use super::{Theme, Token};

/// Text tokens that appear on the screen, in bars and in modals.
pub(super) const TEXTS: &[Token] = &[
    Token::TextNormal,
    Token::TextMuted,
    Token::TextStrong,
    Token::TextHeading,
    Token::TextLink,
    Token::TextPlaceholder,
    Token::Brand,
    Token::NavActive,
    Token::NavIdle,
    Token::SelectRow,
    Token::SelectMarked,
    Token::StatusOk,
    Token::StatusWarn,
    Token::StatusFail,
    Token::StatusRun,
    Token::StatusQueued,
    Token::StatusStale,
    Token::FieldIdle,
    Token::FieldFocus,
    Token::FieldInvalid,
    Token::KeyCap,
    Token::KeyHint,
    Token::ChartAxis,
    Token::ChartBand,
    Token::DiffAdd,
    Token::DiffDel,
    Token::SyntaxKey,
    Token::SyntaxString,
    Token::SyntaxNumber,
    Token::SyntaxWord,
    Token::RoleUser,
    Token::RoleAssistant,
    Token::BorderFocus,
];

/// Tokens that bring their own background.
pub(super) const CHIPS: &[Token] = &[
    Token::SelectCell,
    Token::ToastInfo,
    Token::ToastOk,
    Token::ToastWarn,
    Token::ToastFail,
    Token::BadgeDev,
    Token::BadgeProd,
    Token::BadgeCount,
    Token::BadgeUnread,
    Token::BadgePill,
];

/// Where texts stand.
pub(super) const SURFACES: &[Token] =
    &[Token::SurfaceBase, Token::SurfaceRaised, Token::SurfaceOverlay, Token::SurfaceStripe];

impl Theme {
    /// Contrast of a text token on a surface, 1 to 21; the token's own background wins.
    /// `None` when one of the colours is left to the terminal.
    pub(super) fn contrast(&self, text: Token, surface: Token) -> Option<f64> {
        let (text, surface) = (&self.looks[text as usize].tones, &self.looks[surface as usize].tones);
        let fg = text.0.or(surface.0)?.rgb?;
        let bg = text.1.or(surface.1)?.rgb?;
        Some(ratio(fg, bg))
    }
}

fn ratio(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(rgb: [u8; 3]) -> f64 {
    let part = |value: u8| {
        let share = f64::from(value) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(rgb[0]) + 0.7152 * part(rgb[1]) + 0.0722 * part(rgb[2])
}
