"""The three small councils beside Piechowice, each with its own form of numbers."""

from api.demo.content.councils import COUNCIL, DemoBody, Inflected, organizations, people, two_terms

BUDGET, AUDIT, COMPLAINTS = "budzet", "rewizyjna", "skargi"

LUBOMIERZ = DemoBody(
    slug="lubomierz",
    name="Rada Miejska Gminy Lubomierz",
    name_genitive="Rady Miejskiej Gminy Lubomierz",
    town=Inflected(nominative="Lubomierz", genitive="Lubomierza"),
    commune=Inflected(
        nominative="Gmina Lubomierz", genitive="Gminy Lubomierz", accusative="Gminę Lubomierz"
    ),
    mayor=Inflected(
        nominative="Burmistrz Gminy i Miasta Lubomierz",
        genitive="Burmistrza Gminy i Miasta Lubomierz",
        dative="Burmistrzowi Gminy i Miasta Lubomierz",
        instrumental="Burmistrzem Gminy i Miasta Lubomierz",
    ),
    kind="gmina",
    teryt="0212023",
    colour="#7a1f2b",
    charge="star",
    phone="75 000 10 23",
    address="plac Wolności 1, 59-623 Lubomierz",
    seats=15,
    number_form="{roman}/{running}/{short}",
    terms=two_terms(
        ("Bronisława Kuźnicowa", "Przewodnicząca Rady Miejskiej"),
        ("Wacław Przepiórski", "Przewodniczący Rady Miejskiej"),
    ),
    organizations=organizations(
        (COUNCIL, "Rada Miejska Gminy Lubomierz"),
        (BUDGET, "Komisja Budżetu, Rolnictwa i Rozwoju"),
        (AUDIT, "Komisja Rewizyjna"),
        (COMPLAINTS, "Komisja Skarg, Wniosków i Petycji"),
    ),
    people=people(
        "lubomierz",
        (
            ("Wacław Przepiórski", "chair", "Przewodniczący Rady", {COUNCIL: "chair"}),
            ("Genowefa Lipowska", "councillor", "Wiceprzewodnicząca Rady",
             {COUNCIL: "vice_chair", BUDGET: "member"}),
            ("Czesław Młynarkiewicz", "councillor", "radny", {COUNCIL: "member", BUDGET: "chair"}),
            ("Aldona Krzesińska", "councillor", "radna", {COUNCIL: "member", AUDIT: "chair"}),
            ("Bartosz Gołębiak", "councillor", "radny", {COUNCIL: "member", COMPLAINTS: "chair"}),
            ("Halina Śniegula", "councillor", "radna", {COUNCIL: "member", AUDIT: "member"}),
            ("Jerzy Bednarkiewicz", "councillor", "radny", {COUNCIL: "member", BUDGET: "member"}),
            ("Zofia Pająkówna", "councillor", "radna", {COUNCIL: "member", COMPLAINTS: "member"}),
            ("Renata Wiśniowiak", "office", "podinspektor do spraw obsługi Rady", {}),
            ("Mariusz Tokarzewicz", "guest", "Burmistrz Gminy i Miasta", {}),
        ),
    ),
)  # fmt: skip

MIRSK = DemoBody(
    slug="mirsk",
    name="Rada Miejska Gminy Mirsk",
    name_genitive="Rady Miejskiej Gminy Mirsk",
    town=Inflected(nominative="Mirsk", genitive="Mirska"),
    commune=Inflected(
        nominative="Gmina Mirsk", genitive="Gminy Mirsk", accusative="Gminę Mirsk"
    ),
    mayor=Inflected(
        nominative="Burmistrz Miasta i Gminy Mirsk",
        genitive="Burmistrza Miasta i Gminy Mirsk",
        dative="Burmistrzowi Miasta i Gminy Mirsk",
        instrumental="Burmistrzem Miasta i Gminy Mirsk",
    ),
    kind="gmina",
    teryt="0212043",
    colour="#2f5d34",
    charge="leaf",
    phone="75 000 10 43",
    address="plac Wolności 39, 59-630 Mirsk",
    seats=15,
    number_form="{running}/{roman}/{year}",
    terms=two_terms(
        ("Eugeniusz Strzelbicki", "Przewodniczący Rady Miejskiej"),
        ("Elżbieta Kasztelewicz", "Przewodnicząca Rady Miejskiej"),
    ),
    organizations=organizations(
        (COUNCIL, "Rada Miejska Gminy Mirsk"),
        (BUDGET, "Komisja Budżetowa"),
        (AUDIT, "Komisja Rewizyjna"),
    ),
    people=people(
        "mirsk",
        (
            ("Elżbieta Kasztelewicz", "chair", "Przewodnicząca Rady", {COUNCIL: "chair"}),
            ("Witold Śliwczyński", "councillor", "Wiceprzewodniczący Rady",
             {COUNCIL: "vice_chair", BUDGET: "member"}),
            ("Krystyna Zawilska", "councillor", "radna", {COUNCIL: "member", BUDGET: "chair"}),
            ("Leon Dziedzicki", "councillor", "radny", {COUNCIL: "member", AUDIT: "chair"}),
            ("Magdalena Tarninowska", "councillor", "radna", {COUNCIL: "member", AUDIT: "member"}),
            ("Józef Hamernik", "councillor", "radny", {COUNCIL: "member", BUDGET: "member"}),
            ("Sylwia Konwaliowska", "office", "inspektor do spraw obsługi Rady", {}),
            ("Piotr Gradowiec", "guest", "Burmistrz Miasta i Gminy", {}),
        ),
    ),
)  # fmt: skip

WLEN = DemoBody(
    slug="wlen",
    name="Rada Miejska Gminy Wleń",
    name_genitive="Rady Miejskiej Gminy Wleń",
    town=Inflected(nominative="Wleń", genitive="Wlenia"),
    commune=Inflected(nominative="Gmina Wleń", genitive="Gminy Wleń", accusative="Gminę Wleń"),
    mayor=Inflected(
        nominative="Burmistrz Miasta i Gminy Wleń",
        genitive="Burmistrza Miasta i Gminy Wleń",
        dative="Burmistrzowi Miasta i Gminy Wleń",
        instrumental="Burmistrzem Miasta i Gminy Wleń",
    ),
    kind="gmina",
    teryt="0212053",
    colour="#5b3a86",
    charge="tower",
    phone="75 000 10 53",
    address="plac Bohaterów Nysy 7, 59-610 Wleń",
    seats=15,
    number_form="{running}.{roman}.{year}",
    terms=two_terms(
        ("Kazimierz Bobrowiec", "Przewodniczący Rady Miejskiej"),
        ("Iwona Czajkowiak", "Przewodnicząca Rady Miejskiej"),
    ),
    organizations=organizations(
        (COUNCIL, "Rada Miejska Gminy Wleń"),
        (BUDGET, "Komisja Budżetu i Spraw Społecznych"),
        (AUDIT, "Komisja Rewizyjna"),
    ),
    people=people(
        "wlen",
        (
            ("Iwona Czajkowiak", "chair", "Przewodnicząca Rady", {COUNCIL: "chair"}),
            ("Tadeusz Bukowiec", "councillor", "Wiceprzewodniczący Rady",
             {COUNCIL: "vice_chair", AUDIT: "member"}),
            ("Wanda Jesionkiewicz", "councillor", "radna", {COUNCIL: "member", BUDGET: "chair"}),
            ("Rafał Kamieńczuk", "councillor", "radny", {COUNCIL: "member", AUDIT: "chair"}),
            ("Barbara Łozińska", "councillor", "radna", {COUNCIL: "member", BUDGET: "member"}),
            ("Dorota Rokiciankowa", "office", "referent w Biurze Rady", {}),
            ("Andrzej Zamojdzik", "guest", "Burmistrz Miasta i Gminy", {}),
        ),
    ),
)  # fmt: skip

NEIGHBOURS = (LUBOMIERZ, MIRSK, WLEN)
