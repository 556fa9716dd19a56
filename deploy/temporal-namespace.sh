#!/bin/sh
# Makes the namespace and the search attributes that workflows/messages.ts names; safe to repeat.
set -eu

until temporal operator cluster health; do sleep 2; done

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 30d

known=$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE")
for attribute in PairingId=Keyword OrganizationId=Keyword PolicyId=Keyword SyncState=Keyword ErrorStreak=Int; do
  name=${attribute%=*}
  echo "$known" | grep -qw "$name" ||
    temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type "${attribute#*=}"
done
