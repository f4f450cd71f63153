"""The command words in other languages: German, French, Spanish, Portuguese, Italian, Dutch and Polish.

Japanese has a file of its own. Accents may be left out (`wznow`), and German may be written without them
(`groesser`). A word is left out where it asks for two different things, in one language or in two:
`zatrzymaj` keeps and stops, `volver` and `voltar` come back to a size and to the mail, `cancelar` and
`anuluj` take back and unsubscribe, `baja` makes smaller and unsubscribes, `aussetzen` skips and pauses,
`mantener` keeps and stays. `para` and `alto` mean too many other things, and `pronto` is done in one
language and soon in another. A step (`Schritt:`) needs its colon, because `paso` and `passo` are also
said to skip. `passe` is a letter from `pasue`.
"""

from service.domain.command import Verb
from service.domain.words_japanese import JAPANESE

# One string a language; what follows the colon are the words.
_TABLE: dict[Verb, tuple[str, ...]] = {
    Verb.DONE: (
        "de: erledigt, fertig, gemacht, geschafft, ist erledigt, ist gemacht, hab's gemacht, habs gemacht, "
        "ich hab's gemacht, ich habe es gemacht, hab's geschafft, habs geschafft, ich hab's geschafft, "
        "ich habe es geschafft, abgehakt, getan, vollbracht",
        "fr: fait, faite, c'est fait, cest fait, je l'ai fait, je lai fait, fini, j'ai fini, terminé, "
        "accompli",
        "es: hecho, hecha, ya está hecho, está hecho, lo hice, ya lo hice, listo, terminado, terminada, "
        "completado, completada, cumplido",
        "pt: feito, feita, está feito, já fiz, eu fiz, fiz isso, concluído, concluída, terminei, consegui, "
        "completei",
        "it: fatto, fatta, l'ho fatto, lho fatto, è fatto, finito, finita, completato, completata",
        "nl: gedaan, klaar, gelukt, het is gelukt, is gedaan, ik heb het gedaan, afgerond, voltooid",
        "pl: zrobione, zrobiłem, zrobiłam, zrobiłem to, zrobiłam to, gotowe, zrobiony, skończone, ukończone, "
        "udało się",
    ),
    Verb.SKIP: (
        "de: überspringen, überspringe, ueberspringen, übersprungen, uebersprungen, auslassen, ausgelassen, "
        "heute auslassen, heute überspringen",
        "fr: passer, sauter, sauté, je passe, je saute",
        "es: saltar, salta, saltado, omitir, omitido, me lo salto",
        "pt: pular, pule, pulei, pulado, saltar, saltei",
        "it: salta, saltare, saltato, saltata, salto",
        "nl: overslaan, sla over, overgeslagen, vandaag overslaan",
        "pl: pomiń, pominąć, pomijam, pominięte, opuszczam",
    ),
    Verb.UNDO: (
        "de: rückgängig, rückgängig machen, rueckgaengig, rueckgaengig machen, zurücknehmen, zuruecknehmen",
        "fr: annuler, annule, défaire",
        "es: deshacer, deshaz",
        "pt: desfazer, desfaz, desfaça",
        "it: annulla, annullare, disfare",
        "nl: ongedaan maken, ongedaan, maak ongedaan",
        "pl: cofnij, cofnąć, cofam",
    ),
    Verb.SMALLER: (
        "de: kleiner, verkleinern",
        "fr: plus petit, plus petite, réduire, réduis",
        "es: más pequeño, más pequeña, menor, reducir, reduce",
        "pt: menor, mais pequeno, mais pequena, reduzir, diminuir",
        "it: più piccolo, più piccola, ridurre, riduci",
        "nl: kleiner, verkleinen",
        "pl: mniejszy, mniejsza, mniejsze, zmniejsz, mniej",
    ),
    Verb.BIGGER: (
        "de: größer, groesser, vergrößern, vergroessern",
        "fr: plus grand, plus grande, agrandir, agrandis",
        "es: más grande, mayor, aumentar",
        "pt: maior, mais grande, aumentar",
        "it: più grande, maggiore, aumenta, aumentare",
        "nl: groter, vergroten",
        "pl: większy, większa, większe, zwiększ, więcej",
    ),
    Verb.STEP: ("de: schritt", "fr: étape", "es: paso", "pt: passo", "it: passo", "nl: stap", "pl: krok"),
    Verb.GROW: (
        "de: wachsen, wachse",
        "fr: grandir, grandis",
        "es: crecer, crece",
        "pt: crescer, cresce, cresça",
        "it: crescere, cresci",
        "nl: groeien, groei",
        "pl: rosnąć, rośnij",
    ),
    Verb.STAY: (
        "de: bleiben, bleib, so lassen, so bleiben",
        "fr: rester, reste, laisser ainsi",
        "es: quedarse, quédate, dejar así",
        "pt: ficar, fica, fique, deixar assim",
        "it: restare, rimani, rimanere, lascia così",
        "nl: blijven, blijf, zo laten",
        "pl: zostań, zostaw, zostaw tak",
    ),
    Verb.KEEP: (
        "de: behalten, behalte, beibehalten",
        "fr: garder, garde, conserver",
        "es: conservar, conserva, quedármelo",
        "pt: conservar, conserve",
        "it: conservare, tieni, tenere",
        "nl: behouden, houden",
        "pl: zachowaj, zachować",
    ),
    Verb.BACK: ("de: zurück, zurueck", "fr: retour", "es: atrás", "it: indietro", "nl: terug", "pl: wstecz"),
    Verb.PAUSE: (
        "de: pausieren, pausiere",
        "fr: en pause, mettre en pause, pauser",
        "es: pausa, pausar, en pausa, hacer una pausa, poner en pausa",
        "pt: pausa, pausar, em pausa, fazer uma pausa",
        "it: pausa, in pausa, metti in pausa, mettere in pausa",
        "nl: pauze, pauzeren, pauzeer",
        "pl: pauza, wstrzymaj, wstrzymać, przerwa",
    ),
    Verb.RESUME: (
        "de: weiter, weitermachen, fortsetzen, fortfahren",
        "fr: reprendre, reprends, reprise, continuer",
        "es: reanudar, reanuda, retomar, continuar",
        "pt: retomar, retome, continuar",
        "it: riprendi, riprendere, continua, continuare",
        "nl: hervatten, hervat, verdergaan, doorgaan",
        "pl: wznów, wznowić, kontynuuj, kontynuować",
    ),
    Verb.TIME: (
        "de: uhrzeit, zeit",
        "fr: heure",
        "es: hora",
        "pt: hora, horário",
        "it: ora, orario",
        "nl: tijd",
        "pl: godzina",
    ),
    Verb.QUIET: (
        "de: leise",
        "fr: silence, silencieux",
        "es: silencio",
        "pt: silêncio",
        "it: silenzio",
        "nl: stil",
        "pl: cicho",
    ),
    Verb.STATUS: (
        "de: stand",
        "fr: statut, état, bilan",
        "es: estado",
        "pt: estado, situação",
        "it: stato, situazione",
        "nl: stand",
        "pl: stan",
    ),
    Verb.STOP: (
        "de: stopp, abmelden, abbestellen, austragen",
        "fr: arrêter, arrête, désabonner, me désabonner, se désabonner, désabonnement, désinscrire, "
        "me désinscrire, se désinscrire, désinscription",
        "es: parar, cancelar suscripción, cancelar la suscripción, anular suscripción, "
        "anular la suscripción, darme de baja, dar de baja, desuscribir, desuscribirme, desuscribirse",
        "pt: parar, pare, cancelar inscrição, cancelar a inscrição, cancelar assinatura, "
        "cancelar a assinatura, cancelar subscrição, cancelar a subscrição, descadastrar",
        "it: ferma, fermare, fermati, disiscrivimi, disiscriviti, disiscrivermi, annulla iscrizione, "
        "annulla l'iscrizione, annullare l'iscrizione, cancella iscrizione, cancella l'iscrizione",
        "nl: stoppen, afmelden, uitschrijven",
        "pl: wypisz, wypisz mnie, wypisuję się, rezygnuję, anuluj subskrypcję",
    ),
    Verb.HELP: (
        "de: hilfe, befehle",
        "fr: aide, aidez-moi, commandes",
        "es: ayuda, comandos",
        "pt: ajuda, comandos",
        "it: aiuto, comandi",
        "nl: hulp",
        "pl: pomoc, polecenia",
    ),
}


def _words(row: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in row.partition(":")[2].split(","))


ABROAD: dict[Verb, dict[str, tuple[str, ...]]] = {
    verb: {row[:2]: _words(row) for row in rows} | {"ja": JAPANESE.get(verb, ())}
    for verb, rows in _TABLE.items()
}
