"""Words of their own that a slip could make of a command: `slip`, `quit`, `weekday`.

They are those that people write in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish,
Swedish or Danish, names and slang included.
"""

_WORDS = (
    "baci baco beter bette betted bettet bigge bigged bugger command commanda commande continu continus "
    "dags dahs dail daly dats daus daya daye dayz groa groe gros hell helo hepp keel kepe kerp quet quie "
    "quier quirt quist quit quite resum resumee saller sipped skaller skippe skipper skup slip slipped "
    "smalle stats statu statua statue staus steep struct tije tike timme tims tine tome tume unco undi "
    "undl undp unso weekday weekend weekende zine zoen zome zond zonne zons "
)
REAL_WORDS = frozenset(_WORDS.split())
