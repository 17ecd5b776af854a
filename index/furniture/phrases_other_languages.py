"""Phrases of pages whose frame is in another language than English, as in furniture_phrases.

German, French, Spanish, Portuguese, Italian, Dutch and Russian; one list a trust and reason.
"""

from wherein.index.furniture.reasons import (
    ADVERT,
    LEGAL,
    NAVIGATION,
    SHARING,
    SIGN_UP,
    TEASER,
    Trust,
)

ABROAD = {
    (Trust.TELLING, NAVIGATION): r"""
        (direkt )?zum (inhalt|hauptinhalt)( springen)?|nach oben|zur startseite
        mehr (anzeigen|laden)
        (aller|passer) au contenu( principal)?|haut de page|retour en haut|voir plus
        (ir|saltar) al contenido( principal)?|volver arriba|ver más
        (ir|pular|saltar) para o conteúdo( principal)?|voltar ao topo|ver mais
        (vai|salta) al contenuto( principale)?|torna su|mostra altro
        (ga|direct) naar (de )?(inhoud|hoofdinhoud)|naar boven|toon meer
        перейти к (основному )?содержанию|наверх|показать ещё""",
    (Trust.TELLING, SIGN_UP): r"""
        newsletter (abonnieren|bestellen)|(jetzt )?(anmelden|registrieren|abonnieren)|probeabo.*
        ich habe die datenschutz\w+ .*
        s'abonner( .{0,30})?|s'inscrire( .{0,30})?|recevoir (la|notre) (newsletter|lettre).*
        suscr[íi]b(ete|ase|irse)( .{0,30})?|reg[íi]str(ate|ese|arse)( .{0,30})?
        (assine|inscreva-se|cadastre-se)( .{0,30})?
        (abbonati|iscriviti|registrati)( .{0,30})?
        (abonneer|abonneren|inschrijven|meld je aan)( .{0,30})?
        подписаться( .{0,30})?|подпишитесь.*|зарегистрироваться""",
    (Trust.TELLING, SHARING): r"""
        teilen|(link|url) kopieren|folgen sie uns.*|beitrag teilen|drucken|(artikel )?versenden
        partager( .{0,20})?|copier le lien|suivez-nous.*|imprimer
        compartir( .{0,20})?|copiar enlace|s[íi]guenos.*|imprimir
        (compartilhar|partilhar)( .{0,20})?|copiar link|siga-nos.*
        condividi( .{0,20})?|copia link|seguici.*|stampa
        delen( .{0,20})?|link kopiëren|volg ons.*
        поделиться.*|скопировать ссылку""",
    (Trust.TELLING, ADVERT): r"""
        (werbung|anzeige|publicité|publicidad|publicidade|pubblicità|advertentie|реклама)""",
    (Trust.TELLING, LEGAL): r"""
        impressum|datenschutz(erklärung|hinweise?)?|nutzungsbedingungen|agb|cookie-einstellungen
        barrierefreiheit
        mentions légales|politique de confidentialité|conditions (générales )?d'utilisation.*
        (gestion|gérer) (des|les) cookies
        aviso legal|política de (privacidad|privacidade|cookies)|t[ée]rminos (de|y) \w+
        termos de uso
        (informativa sulla )?privacy policy|note legali|condizioni d'uso|gestisci cookie
        (privacy|cookie)(beleid|verklaring|statement)|(algemene|gebruiks)voorwaarden|colofon
        политика конфиденциальности|пользовательское соглашение|все права защищены.*""",
    (Trust.OPENING, TEASER): r"""
        mehr (zum thema|nachrichten|artikel|aus .{2,30})|lesen sie auch.*|auch interessant
        meistgelesen
        die redaktion empfiehlt|weitere (artikel|themen|meldungen|nachrichten)
        das könnte sie auch .*
        (à )?lire aussi.*|sur le même (sujet|thème)|les (plus|articles les plus) lus.*|à la une
        (lea|lee|leer) (también|más).*|(noticias|notas|artículos) relacionad[ao]s
        lo más (leído|visto).*
        (leia|veja) (também|mais).*|(notícias|artigos) relacionad[ao]s|mais lid[ao]s.*
        leggi anche.*|articoli correlati|(i )?più letti.*|potrebbe interessarti.*
        lees (ook|meer).*|meest gelezen.*|gerelateerd(e \w+)?
        читайте также.*|материалы по теме|самое (читаемое|популярное).*|похожие новости""",
    (Trust.LOOSE, NAVIGATION): r"""
        startseite|nachrichten|politik|wirtschaft|kultur|wissenschaft|panorama|mediathek|suche
        kontakt|über uns|karriere|hilfe|sprache\b.{0,20}|menü
        accueil|actualités|politique|économie|société|culture|rechercher|connexion|se connecter
        à propos|nous contacter|qui sommes-nous
        inicio|noticias|política|economía|deportes|buscar|iniciar sesión|contacto|quiénes somos
        início|notícias|esportes|desporto|entrar|contato|sobre nós|quem somos
        cronaca|esteri|cerca|accedi|contatti|chi siamo
        nieuws|economie|zoeken|inloggen|over ons
        главная|новости|политика|экономика|общество|спорт|поиск|войти|контакты|о нас""",
}
