"""Tells what Alembic makes of directories of revisions, and what its version table says after each step of some commands."""
import json
import sys

from alembic.runtime.migration import HeadMaintainer
from alembic.script import ScriptDirectory


class Versions(HeadMaintainer):
    """The version table, as a set."""

    def _insert_version(self, version):
        assert version not in self.heads
        self.heads.add(version)

    def _delete_version(self, version):
        self.heads.remove(version)

    def _update_version(self, from_, to_):
        assert to_ not in self.heads
        self.heads.remove(from_)
        self.heads.add(to_)


def carried_out(script, command, versions):
    direction, target = command
    steps_to = script._upgrade_revs if direction == "up" else script._downgrade_revs
    steps = []
    for step in steps_to(target, tuple(versions.heads)):
        versions.update_to_step(step)
        steps.append({"id": step.revision.revision, "versions": sorted(versions.heads)})
    return {"direction": direction, "steps": steps}


def told(project):
    script = ScriptDirectory(project["directory"])
    revisions = list(script.walk_revisions())
    versions = Versions(None, ())
    commands = []
    for command in project["commands"]:
        try:
            commands.append(carried_out(script, command, versions))
        except Exception:
            # Alembic can't do this one: what it made of its table on the way says nothing
            break
    return {
        "heads": sorted(script.get_heads()),
        "order": [revision.revision for revision in revisions],
        "ancestors": {
            revision.revision: sorted(
                ancestor.revision
                for ancestor in script.revision_map._get_ancestor_nodes([revision], include_dependencies=True)
            )
            for revision in revisions
        },
        "commands": commands,
    }


json.dump([told(project) for project in json.load(sys.stdin)], sys.stdout)
