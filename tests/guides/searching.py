"""The library and the queries of the shared search test: the guides of this repository, and as many made-up ones as a
small council might have. The queries are what people type: single words, synonyms, mistakes of typing, sentences."""

import datetime as dt

from portal.guides.rules.library import Cue, Guide, Media, Step

DAY = dt.date(2026, 1, 1)
FILE = Media(digest="0" * 64, name="x", mimetype="video/mp4", size=1)


def guide(code: str, address: str, title: str, summary: str, also: str, *steps: str) -> Guide:
    """A guide with a step every ten seconds (“title: text”) and a caption with each that says the text again."""
    system, _, slug = address.partition("/")
    pairs = [step.split(": ", 1) for step in steps]
    return Guide(
        code=code, system=system, slug=slug, title=title, summary=summary, skills=(), owner="ICT", published=DAY,
        reviewed=DAY, review_every=12, captions_reviewed=DAY, changed="", silent=True,
        also=tuple(also.split(", ")),
        steps=tuple(Step(at=10.0 * at, title=name, text=text) for at, (name, text) in enumerate(pairs)),
        cues=tuple(Cue(start=10.0 * at + 1, end=10.0 * at + 8, text=text) for at, (_, text) in enumerate(pairs)),
        seconds=10.0 * len(pairs), video=FILE, captions=FILE, poster=None,
    )  # fmt: skip


MADE = (
    guide("G-901", "spreadsheets/sort-a-list", "Sort a list without mixing up its rows", "Put a list in order so that each row stays together.", "alphabetical, order, a to z, newest first", "Click one cell: Click any single cell of the list. Don't mark a column.", "Open Data and choose Sort: Choose the column to sort by, then A to Z.", "Check the first rows: Names still stand beside their own addresses."),
    guide("G-902", "spreadsheets/filter-a-list", "Show only the rows you need", "Filter a long list and keep the other rows.", "filter, autofilter, hide rows, narrow down", "Click in the list: Click one cell of the list.", "Switch the filter on: Choose AutoFilter in the menu Data. An arrow appears beside each heading.", "Choose what to see: Click the arrow, take the tick away from what you don't need, and press OK."),
    guide("G-903", "documents/use-heading-styles", "Give a report headings that work", "Use heading styles, so that a contents list and screen readers follow them.", "styles, table of contents, navigation, structure", "Click in the line: Put the pointer into the line that is a heading.", "Choose Heading 1: Open the list of styles and choose Heading 1.", "Add the contents: Choose Table of contents in the menu Insert. It follows your headings."),
    guide("G-904", "documents/review-together", "See who changed what in a document", "Track changes and accept or reject each.", "track changes, comments, redline, proofread", "Switch it on: Choose Record in the menu Edit, Track Changes.", "Write as usual: What you add is coloured, what you take out is struck through.", "Decide: Accept or reject one change after the other."),
    guide("G-905", "documents/save-as-pdf", "Save a letter as PDF", "Make a file that looks the same everywhere and can't be changed by accident.", "export, pdf, attachment, fixed layout", "Open the menu File: Choose Export as PDF.", "Tick tagged PDF: Tagged PDF lets screen readers follow the headings.", "Look at the file: Open it once before you send it."),
    guide("G-906", "website-and-intranet/clear-the-cache", "Clear what the browser remembers", "When a page looks wrong or old, let the browser fetch it again.", "cache, cookies, page wont load, refresh, history", "Try a fresh load: Press Ctrl and F5.", "Open the settings: Choose Privacy, then Clear browsing data.", "Choose the time: Tick cached pictures and cookies, and choose the last hour."),
    guide("G-907", "website-and-intranet/bookmark-a-page", "Keep a page you need often", "Save the address of a page and find it again.", "bookmark, favourite, favourites bar, save a link", "Press the star: The star stands at the end of the address line.", "Give it a name: Write a short name and choose the bar.", "Open it: Click its name on the bar."),
    guide("G-908", "files-and-sharing/share-with-a-link", "Share a file with a link", "Send a link, and everybody works on one copy.", "permission, give access, collaborate, attachment too large", "Find the file: Click the three dots beside it.", "Choose Share: Type the names of the people who may open it.", "Choose what they may do: View or edit. Copy the link into your message."),
    guide("G-909", "files-and-sharing/restore-a-version", "Bring back an earlier version of a file", "Undo yesterday's changes, or a file that was overwritten.", "version history, restore, recover, overwritten, undo", "Open the history: Choose Version history beside the file.", "Compare: Open a version and look at it.", "Restore: Press Restore. The newer one is kept as well."),
    guide("G-910", "information-security/report-a-suspicious-message", "Report a suspicious message", "What to look at, and the one button that tells the security team.", "phishing, scam, spam, junk, dodgy link", "Look at the sender: The name may be known while the address is not.", "Point at the link: Don't click. The real address appears below.", "Press Report: The message leaves your inbox and the security team looks at it."),
    guide("G-911", "sign-in/set-up-two-step", "Set up two-step sign-in on a new phone", "Confirm that it is you with an app.", "authenticator, mfa, code, new phone, verification", "Open the security page: Sign in on your computer and open Security info.", "Scan the square: Open the app and point the camera at the QR code.", "Type the number: The app shows six digits. Type them."),
    guide("G-912", "sign-in/reset-your-password", "Reset your own password", "Choose a new password without waiting for the desk.", "forgotten, locked out, expired, change password", "Open the sign-in page: Choose I forgot my password.", "Confirm that it is you: Type the code from your phone.", "Choose three words: A long password of three words is easy to keep in mind."),
    guide("G-913", "email-and-calendar/set-an-absence-message", "Tell people that you are away", "Set an automatic reply with an end.", "out of office, automatic reply, holiday, annual leave", "Open the settings: Choose Automatic replies.", "Set both days: Choose the first and the last day.", "Write two sentences: Say when you are back and who can help meanwhile."),
    guide("G-914", "email-and-calendar/book-a-meeting", "Book a meeting when everybody is free", "See the diaries of others before you invite them.", "invite, availability, scheduling assistant, room", "Open the calendar: Choose New meeting.", "Add people and a room: Grey bars show when somebody is busy.", "Choose a free time: Send the invitation."),
    guide("G-915", "meetings-and-chat/share-your-screen", "Show your screen in a meeting", "Share one window, not everything.", "present, screen share, slides", "Press Share: It is beside the microphone.", "Choose one window: Others see this window only, and no messages that pop up.", "Stop: Press Stop sharing."),
    guide("G-916", "printing/print-on-both-sides", "Print on both sides", "Save paper with two clicks.", "duplex, double sided, booklet", "Open Print: Press Ctrl and P.", "Choose both sides: Choose Flip on long edge.", "Print: Collect the pages with your card."),
    guide("G-917", "remote-access/connect-from-home", "Connect from home", "Reach your drives and systems over the council's network.", "vpn, working from home, tunnel, cannot connect", "Open the connection: Click the shield beside the clock.", "Press Connect: Confirm with your phone.", "Wait for the green tick: Your drives appear after half a minute."),
    guide("G-918", "desktop-and-laptop/two-monitors", "Use two monitors", "Put the windows where you want them.", "second screen, dock, extend display, dual", "Plug in: Use the cable of the dock.", "Choose Extend: Press the Windows key and P.", "Put them in order: Drag the pictures of the monitors as they stand on your desk."),
)  # fmt: skip

#: (what is typed, codes of the guides that answer it). The right one has to be among the first three.
QUERIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    # single words and their forms
    ("freeze", ("G-101",)),
    ("freezing panes", ("G-101",)),
    ("headings disappear", ("G-101",)),
    ("sum", ("G-102",)),
    ("totals", ("G-102",)),
    ("sorting", ("G-901",)),
    ("filters", ("G-902",)),
    ("styles", ("G-903",)),
    ("duplex", ("G-916",)),
    ("phishing", ("G-910",)),
    ("cookies", ("G-906",)),
    ("bookmarks", ("G-907",)),
    ("permissions", ("G-908",)),
    ("restoring", ("G-909",)),
    ("monitors", ("G-918",)),
    # words of questions that lead to a guide
    ("twelve invoices", ("G-102",)),
    ("long list scroll columns", ("G-101",)),
    # synonyms
    ("pin the top row", ("G-101",)),
    ("sticky title", ("G-101",)),
    ("tot up a column", ("G-102",)),
    ("graph of headings in excel", ("G-101", "G-102", "G-901", "G-902")),
    ("alphabetical order", ("G-901",)),
    ("narrow down a workbook", ("G-902",)),
    ("favorites", ("G-907",)),
    ("scam email", ("G-910",)),
    ("passcode forgotten", ("G-912",)),
    ("verification code", ("G-911",)),
    ("two factor", ("G-911",)),
    ("undelete", ("G-909",)),
    ("vpn", ("G-917",)),
    ("annual leave reply", ("G-913",)),
    ("corrections in a letter", ("G-904",)),
    ("logon", ("G-911", "G-912")),
    # mistakes of typing
    ("freez heding row", ("G-101",)),
    ("frezee panes", ("G-101",)),
    ("add up a colum", ("G-102",)),
    ("spredsheet total", ("G-102",)),
    ("exel sum", ("G-102",)),
    ("fomula", ("G-102",)),
    ("alphabeticaly", ("G-901",)),
    ("autofiltre", ("G-902",)),
    ("pasword reset", ("G-912",)),
    ("authentcator", ("G-911",)),
    ("fishing mail", ("G-910",)),
    ("suspicous message", ("G-910",)),
    ("calender invite", ("G-914",)),
    ("meetting room", ("G-914",)),
    ("brwoser cache", ("G-906",)),
    ("trak changes", ("G-904",)),
    ("resotre version", ("G-909",)),
    ("share screeen", ("G-915",)),
    ("moniter", ("G-918",)),
    ("pas word", ("G-912",)),
    ("spread sheet filter", ("G-902",)),
    # whole sentences
    ("how do I keep the headings in sight when I scroll down", ("G-101",)),
    ("my column titles vanish when I go down the sheet", ("G-101",)),
    ("I want the sheet to add my numbers for me", ("G-102",)),
    ("why does the total not change when I change a number", ("G-102",)),
    ("how can I put names in alphabetical order without mixing up addresses", ("G-901",)),
    ("I only want to see the rows of one ward", ("G-902",)),
    ("somebody changed my document and I want to see what", ("G-904",)),
    ("how do I send a letter so that nobody can change it", ("G-905",)),
    ("the website looks old and won't load properly", ("G-906",)),
    ("the attachment is too large to send to my colleague", ("G-908",)),
    ("somebody overwrote my file yesterday, can I get it back", ("G-909",)),
    ("I got a strange message with a dodgy link", ("G-910",)),
    ("I have a new phone and the code doesn't work any more", ("G-911",)),
    ("I'm locked out and forgot my password", ("G-912",)),
    ("how do I tell people I am on holiday", ("G-913",)),
    ("when are all of them free for a meeting", ("G-914",)),
    ("how can I show my slides to the others in teams", ("G-915",)),
    ("print on both sides of the paper", ("G-916",)),
    ("I can't reach my drives when I work from home", ("G-917",)),
    ("my second screen shows the wrong side", ("G-918",)),
    ("make a table of contents for my report", ("G-903",)),
)
