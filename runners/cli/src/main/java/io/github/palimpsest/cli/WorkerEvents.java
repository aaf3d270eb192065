package io.github.palimpsest.cli;

import io.github.palimpsest.ablation.Cell;
import io.github.palimpsest.ablation.RunListener;
import io.github.palimpsest.ablation.Stage;
import java.io.IOException;
import java.io.PrintWriter;

/** A worker's side of a {@link WorkerPool}: one line on standard output for each event. */
record WorkerEvents(PrintWriter out) implements RunListener {
  static final String TRAINING = "training";
  static final String SCORING = "scoring";
  static final String FINISHED = "finished";
  static final String FAILED = "failed";

  @Override
  public void training(Cell cell, Stage stage) {
    tell(TRAINING, stage.id(), "");
  }

  @Override
  public void evaluating(Cell cell, String moment) {
    tell(SCORING, cell.id(), moment);
  }

  @Override
  public void finished(Cell cell) {
    tell(FINISHED, cell.id(), "");
  }

  @Override
  public void failed(Cell cell, String reason) {
    tell(FAILED, cell.id(), reason.replace('\n', ' '));
  }

  private void tell(String event, String id, String rest) {
    out.println(event + "\t" + id + "\t" + rest);
    out.flush();
  }

  /** Stops when the pool says so, and ends this process when it is gone: its pipe then closes. */
  static void followPool(Interruption interruption) {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  interruption.stop();
                }
              } catch (IOException e) {
                Runtime.getRuntime().halt(ExitCode.FAILED);
              }
              Runtime.getRuntime().halt(ExitCode.FAILED);
            },
            "pool-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
