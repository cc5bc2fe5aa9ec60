//! What a colour is for. Views name a token; a theme file says what it looks like.

macro_rules! tokens {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// A role that a piece of the screen plays.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Token { $($(#[$doc])* $variant),+ }

        impl Token {
            /// All of them; the position is the token's number.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The name in a theme file, e.g. `status.ok`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
            /// The token of that name.
            pub fn find(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

tokens! {
    /// Plain text.
    TextNormal = "text.normal",
    /// Less important text.
    TextMuted = "text.muted",
    /// What the eye should find first.
    TextStrong = "text.strong",
    /// A title over a group.
    TextHeading = "text.heading",
    /// Something that leads elsewhere.
    TextLink = "text.link",
    /// What an empty field shows.
    TextPlaceholder = "text.placeholder",
    /// The screen.
    SurfaceBase = "surface.base",
    /// Header, rail and status bar.
    SurfaceRaised = "surface.raised",
    /// Modals and pop-ups.
    SurfaceOverlay = "surface.overlay",
    /// Every second row, where a theme wants that.
    SurfaceStripe = "surface.stripe",
    /// The program's name.
    Brand = "brand.name",
    /// The screen that one is on, in the rail; its glyph is the bar at the left.
    NavActive = "nav.active",
    /// The other screens.
    NavIdle = "nav.idle",
    /// A frame that has no focus.
    BorderIdle = "border.idle",
    /// The frame that has it.
    BorderFocus = "border.focus",
    /// The row under the cursor; its glyph is the bar at the left.
    SelectRow = "select.row",
    /// The cell, item or field under the cursor.
    SelectCell = "select.cell",
    /// A marked row; its glyph stands beside it.
    SelectMarked = "select.marked",
    /// Good.
    StatusOk = "status.ok",
    /// Look at it.
    StatusWarn = "status.warn",
    /// Not good.
    StatusFail = "status.fail",
    /// At work.
    StatusRun = "status.run",
    /// Waits for its turn.
    StatusQueued = "status.queued",
    /// Was true once; shown until something newer comes.
    StatusStale = "status.stale",
    /// A field that one could type into.
    FieldIdle = "field.idle",
    /// The field that one types into.
    FieldFocus = "field.focus",
    /// A field whose content is no good.
    FieldInvalid = "field.invalid",
    /// A key in hints and help.
    KeyCap = "key.cap",
    /// What the key does.
    KeyHint = "key.hint",
    /// Axes of a chart.
    ChartAxis = "chart.axis",
    /// Grid of a chart.
    ChartGrid = "chart.grid",
    /// The cursor in a chart.
    ChartCrosshair = "chart.crosshair",
    /// A range in a chart, and the filled part of a bar.
    ChartBand = "chart.band",
    /// Added.
    DiffAdd = "diff.add",
    /// Taken away.
    DiffDel = "diff.del",
    /// A message.
    ToastInfo = "toast.info",
    /// A message about something that worked.
    ToastOk = "toast.ok",
    /// A warning.
    ToastWarn = "toast.warn",
    /// An error.
    ToastFail = "toast.fail",
    /// The environment badge of a harmless profile.
    BadgeDev = "badge.dev",
    /// The environment badge of production.
    BadgeProd = "badge.prod",
    /// A number beside a name.
    BadgeCount = "badge.count",
    /// Unread notifications.
    BadgeUnread = "badge.unread",
    /// A filter pill.
    BadgePill = "badge.pill",
    /// The name of a JSON field.
    SyntaxKey = "syntax.key",
    /// A JSON string.
    SyntaxString = "syntax.string",
    /// A JSON number.
    SyntaxNumber = "syntax.number",
    /// `true`, `false`, `null`.
    SyntaxWord = "syntax.word",
    /// The client's side of a conversation.
    RoleUser = "role.user",
    /// The consultant's side.
    RoleAssistant = "role.assistant",
}
