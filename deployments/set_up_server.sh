#!/bin/sh
# Makes the work pool "mintage", the deployments and the automations on the Prefect server of PREFECT_API_URL, or makes those that
# are there what this checkout has. The argument is the pool's type: process, docker, kubernetes or azure-container-instance.
set -eu
cd "$(dirname "$0")/.."
pool="${1:-process}"

prefect --no-prompt work-pool create mintage --type "$pool" --base-job-template "deployments/work-pools/$pool.json" --overwrite
# Set here, it would be written down as the folder of all workers.
env -u MINTAGE_ROOT prefect --no-prompt deploy --all --prefect-file deployments/prefect.yaml
for file in deployments/automations/*.yaml; do
    name="$(sed -n 's/^name: //p' "$file")"
    # Else a second one of that name would be made, and each death answered twice.
    prefect --no-prompt automation delete "$name" >/dev/null 2>&1 || :
    prefect --no-prompt automation create --from-file "$file"
done
