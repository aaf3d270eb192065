package io.github.palimpsest.execution.cluster;

/** What a worker on a cluster tells the run that ordered it, and what it is told. */
public interface WorkerTalk {
  /** What a worker is to do now. */
  enum Signal {
    /** Wait, with model and data open. */
    WAIT,
    /** Begin or go on. */
    GO,
    /** Stop after the step, with a checkpoint. */
    STOP
  }

  /** A line of its standard output. */
  void event(String line);

  /** A line of its standard error after it has begun to work. */
  void message(String line);

  /** What it is to do; asked about twice a second. */
  Signal signal();
}
