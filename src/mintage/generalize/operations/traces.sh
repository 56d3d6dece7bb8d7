# What was done on the machine.

histories() {
    in_homes '.*_history' .lesshst .viminfo .wget-hsts .history .python_history .local/share/nano/search_history
}
act_histories() { histories | delete_listed; }
prove_histories() { histories; }

# Services that write to a file below /var/log, but for the journal's own. They would write again when the machine goes
# down, after their logs were emptied.
logging_services() {
    find /proc/[0-9]*/fd -lname '/var/log/*' 2>/dev/null | cut -d/ -f3 | sort -u | while IFS= read -r process; do
        sed -n 's:.*/\([^/]*\.service\)$:\1:p' "/proc/$process/cgroup" 2>/dev/null || true
    done | grep -v -e ^systemd-journald -e ^mintage- | sort -u || true
}

# The journal goes on in memory, where the machine's end takes it; the folder stays, since it is what makes the journal
# persistent. Rotated logs go, the others are emptied in place: daemons hold them open, and their owners matter.
act_logs() {
    local services
    mapfile -t services < <(logging_services)
    stop_units syslog.socket rsyslog.service "${services[@]}"
    if command -v journalctl >/dev/null; then journalctl --relinquish-var 2>/dev/null || true; fi
    content_of /var/log/journal | delete_listed
    find /var/log -type f -regex '.*\.\(gz\|xz\|zst\|old\|[0-9]+\)\|.*-[0-9]\{8\}' -delete
    find /var/log -type f -size +0 -exec truncate --size 0 -- {} +
    rm -rf /var/log/installer
}
prove_logs() {
    find /var/log -type f -size +0 ! -newer "$STAMP"
    content_of /var/log/journal
}

# The service writes a last record when it stops, so that comes first. systemd-tmpfiles makes the files again.
act_utmp() {
    stop_units systemd-update-utmp.service
    rm -f /var/log/wtmp* /var/log/btmp* /var/log/lastlog /var/lib/wtmpdb/wtmp.db /var/lib/lastlog/lastlog2.db
}
prove_utmp() { find /var/log -maxdepth 1 \( -name 'wtmp*' -o -name 'btmp*' -o -name lastlog \) -size +0; }

act_crash_data() { content_of /var/crash /var/lib/systemd/coredump | delete_listed; }
prove_crash_data() { content_of /var/crash /var/lib/systemd/coredump; }

act_mail_spool() { content_of /var/mail/ /var/spool/mail/ | delete_listed; }
prove_mail_spool() { content_of /var/mail/ /var/spool/mail/; }

# Who logged in from a directory of users, with the digests of their passwords.
sssd_files() { content_of /var/lib/sss/db /var/lib/sss/mc; }
act_sssd_cache() {
    if [ -n "$(sssd_files)" ]; then
        stop_units sssd.service
        sssd_files | delete_listed
    fi
}
prove_sssd_cache() { sssd_files; }

# Jobs that were to run once on this machine. Crontabs stay: a recipe may have put them there; the build user's goes
# with the user.
at_jobs() { content_of /var/spool/cron/atjobs /var/spool/cron/atspool /var/spool/at | grep -v '/\.SEQ$' || true; }
act_cron_spool() { at_jobs | delete_listed; }
prove_cron_spool() { at_jobs; }

# Folders of services that run stay, and with them what systemd mounts there.
tmp_files() { find /tmp /var/tmp -xdev -mindepth 1 -maxdepth 1 ! -name 'systemd-private-*' "$@"; }
act_tmp_files() { tmp_files | delete_listed; }
prove_tmp_files() { tmp_files ! -newer "$STAMP"; }

# What editors and hasty hands leave beside configuration.
backup_files() { find /etc /root -xdev -type f \( -name '*~' -o -name '*.bak' -o -name '.*.sw[op]' \); }
act_backup_files() { backup_files | delete_listed; }
prove_backup_files() { backup_files; }
