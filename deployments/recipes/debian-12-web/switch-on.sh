#!/bin/sh
# Puts the title into the page and lets nginx serve it. Debian starts nginx at every boot. Needs SITE_TITLE.
set -eu

sed --in-place "s|@TITLE@|${SITE_TITLE:?}|g" /srv/site/index.html
rm --force /etc/nginx/sites-enabled/default
ln --symbolic --force ../sites-available/site.conf /etc/nginx/sites-enabled/site.conf
nginx -t
systemctl reload-or-restart nginx
