"""A throw-away cluster of Slurm on 127.0.0.1: a controller and two nodes, from Debian's packages, for a rig.

All of its state is in one directory, it runs as whoever starts it, and it has faults on demand: a node that is lost with
all that runs there, a controller that is killed. No systemd, no control groups, no accounting.
"""
import os
import shutil
import signal
import socket
import subprocess

from rig import eventually

PROGRAMS = ("slurmctld", "slurmd", "srun", "scontrol", "sinfo", "squeue", "munged", "mungekey", "munge")
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

CONFIG = """ClusterName=rig
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={dir}/munge.socket
CredType=cred/munge
StateSaveLocation={dir}/state
SlurmctldPidFile={dir}/slurmctld.pid
SlurmctldLogFile={dir}/slurmctld.log
SlurmdSpoolDir={dir}/spool-%n
SlurmdPidFile={dir}/slurmd-%n.pid
SlurmdLogFile={dir}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SwitchType=switch/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=500
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=2,bf_interval=1
SlurmctldTimeout=10
SlurmdTimeout=5
MessageTimeout=5
KillWait=2
ReturnToService=2
MailProg=/bin/true
NodeName=node1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=4 RealMemory=2000 State=UNKNOWN
NodeName=node2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=4 RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing():
    """The first program that is not here, or None."""
    return next((name for name in PROGRAMS if shutil.which(name, path=PATH) is None), None)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Cluster:
    """Use as a context."""

    def __init__(self, directory):
        self.dir = directory
        os.makedirs(directory)
        for name in ("state", "spool-node1", "spool-node2"):
            os.mkdir(os.path.join(directory, name))
        host = socket.gethostname().split(".")[0]
        user = subprocess.run(["id", "-un"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        self.config = os.path.join(directory, "slurm.conf")
        with open(self.config, "w", encoding="ascii") as f:
            f.write(CONFIG.format(host=host, user=user, dir=directory, ports=free_ports(3)))
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("SLURM", "SBATCH", "SALLOC"))}
        self.env.update(SLURM_CONF=self.config, PATH=PATH)

    def run(self, *argv):
        return subprocess.run(argv, env=self.env, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)

    def path(self, name):
        return os.path.join(self.dir, name)

    def __enter__(self):
        socket_path, key = self.path("munge.socket"), self.path("munge.key")
        self.run("mungekey", "--create", f"--keyfile={key}")
        told = self.run("munged", "--force", f"--key-file={key}", f"--socket={socket_path}", "--origin=127.0.0.1",
                        f"--pid-file={self.path('munged.pid')}", f"--log-file={self.path('munged.log')}",
                        f"--seed-file={self.path('munge.seed')}").stdout
        told += self.run("slurmctld", "-f", self.config).stdout
        for node in ("node1", "node2"):
            told += self.start_node(node)
        if not eventually(lambda: self.idle() == 2, 30, 0.2):
            self.__exit__()
            raise RuntimeError("Slurm does not start: " + told[-500:])
        return self

    def start_node(self, node):
        return self.run("slurmd", "-f", self.config, "-N", node).stdout

    def idle(self):
        return self.run("sinfo", "-h", "-N", "-o", "%T").stdout.split().count("idle")

    def pid(self, name):
        try:
            with open(self.path(name + ".pid"), encoding="ascii") as f:
                return int(f.read())
        except (OSError, ValueError):
            return None

    def kill(self, name, number=signal.SIGKILL):
        pid = self.pid(name)
        if pid:
            try:
                os.kill(pid, number)
            except OSError:
                pass

    def steps_of(self, node):
        """The daemons of its steps: they hold the node's log open."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/comm", encoding="ascii", errors="replace") as f:
                    if not f.read().startswith("slurmstepd"):
                        continue
                if any(os.readlink(f"/proc/{pid}/fd/{fd}") == self.path(f"slurmd-{node}.log")
                       for fd in os.listdir(f"/proc/{pid}/fd")):
                    found.append(int(pid))
            except OSError:
                pass
        return found

    def kill_node(self, node):
        """As by a power cut: its daemon, its steps, and all that descends from these."""
        self.kill(f"slurmd-{node}")
        lost = self.steps_of(node)
        for pid in lost:
            children = subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE, text=True, check=False).stdout
            lost += map(int, children.split())
        for pid in lost:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass

    def __exit__(self, *_):
        self.run("scancel", "-u", self.run("id", "-un").stdout.strip())
        eventually(lambda: not self.run("squeue", "-h", "-t", "RUNNING,COMPLETING").stdout.strip(), 5, 0.2)
        for name in ("slurmd-node1", "slurmd-node2", "slurmctld", "munged"):
            self.kill(name, signal.SIGTERM)
        eventually(lambda: not any(self.pid(name) and os.path.exists(f"/proc/{self.pid(name)}")
                                   for name in ("slurmd-node1", "slurmd-node2", "slurmctld")), 10, 0.1)
