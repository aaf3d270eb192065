package io.github.palimpsest.execution;

/** Is told how a run goes on. */
@FunctionalInterface
public interface RunListener {
  /** Hears nothing. */
  RunListener NONE = event -> {};

  /** Something has happened. */
  void on(RunEvent event);

  /** Asked between steps: whether the run is to stop there, with a checkpoint to go on from. */
  default boolean stops() {
    return false;
  }
}
