from tests.integration.pages.conftest import *
from tests.integration.pages.conftest import site, council
from tests.integration.pages.office import clerk, text_of
def test_look(clerk):
    print(clerk.page(clerk.home))
    print(clerk.page(clerk.desk))
    print(clerk.drop(clerk.item(1)+"/pliki", "projekt uchwały.txt", "uzasadnienie.txt"))
    print(clerk.page(clerk.desk+"/pakiet"))
    for p in ("/dane","/porzadek","/porzadek?z=szablon","/doreczenia","/zawiadomienie","/lista-obecnosci","/wyniki"):
        print(p, clerk.page(clerk.desk+p)[:1500]); print()
    print(clerk.page(clerk.home+"/akty"))
