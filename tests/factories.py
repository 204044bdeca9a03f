"""Small things that many tests need."""

from portal.catalogue.rules import CallType, Catalogue, Directorate, Skill, System, Teachable


def small_catalogue() -> Catalogue:
    """Three systems, three directorates of 100 people in all, three call types."""
    directorates = (
        Directorate(key="housing", name="Housing", headcount=40),
        Directorate(key="planning", name="Planning", headcount=35),
        Directorate(key="libraries", name="Libraries", headcount=25),
    )
    everybody = {directorate.key: directorate.headcount for directorate in directorates}
    return Catalogue(
        council_name="Test Council",
        staff=100,
        directorates=directorates,
        systems=(
            System(
                key="spreadsheets",
                name="Spreadsheets",
                also=("excel", "calc"),
                owner="Corporate ICT",
                users=everybody,
                skills=(Skill(key="formulas", name="Use a formula"), Skill(key="charts", name="Make a chart")),
            ),
            System(
                key="email-and-calendar",
                name="E-mail and calendar",
                also=("outlook", "diary"),
                owner="Corporate ICT",
                users=everybody,
                skills=(Skill(key="book-a-meeting", name="Book a meeting"),),
            ),
            System(
                key="housing-system",
                name="Housing",
                also=("northgate", "rents"),
                owner="Housing",
                users={"housing": 40},
                skills=(Skill(key="find-a-record", name="Find a record"),),
            ),
        ),
        call_types=(
            CallType(key="how-to", name="How do I", teachable=Teachable.FULLY),
            CallType(key="password", name="Password or lock-out", teachable=Teachable.PARTLY),
            CallType(key="error", name="Error or fault", teachable=Teachable.PARTLY),
        ),
    )
