package io.github.palimpsest.execution.pool;

import io.github.palimpsest.execution.RunListener;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.Stages;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The messages of a worker to its {@link WorkerPool}: one line on standard output for each event,
 * {@code EVENT tab ID tab REST}, written here and read by {@link Reader}.
 */
final class WorkerEvents implements RunListener {
  /** The worker has opened the model and the data, and waits for the signal to begin. */
  static final String READY = "ready";

  /** Reports that all work is done. */
  static final String DONE = "done";

  private static final String OPEN = "open";
  private static final String TRAINING = "training";
  private static final String STEP = "step";
  private static final String SCORING = "scoring";
  private static final String SKIPPED = "skipped";
  private static final String FINISHED = "finished";
  private static final String FAILED = "failed";
  private static final String END = "end";
  private static final long STEP_EVERY_NANOS = 200_000_000L;

  private final PrintWriter out;
  private long lastStep;

  WorkerEvents(PrintWriter out) {
    this.out = out;
  }

  void ready() {
    tell(READY, "", "");
  }

  void done() {
    tell(DONE, "", "");
  }

  @Override
  public void open(Map<String, Double> passes) {
    passes.forEach((stage, n) -> tell(OPEN, stage, n.toString()));
    tell(OPEN, END, "");
  }

  @Override
  public void skipped(Cell cell) {
    tell(SKIPPED, cell.id(), "");
  }

  @Override
  public void training(Cell cell, Stage stage) {
    tell(TRAINING, stage.id(), cell.id());
  }

  @Override
  public void trained(Stage stage, long step, long steps, double loss) {
    long now = System.nanoTime();
    if (now - lastStep > STEP_EVERY_NANOS) {
      lastStep = now;
      tell(STEP, stage.id(), step + " " + steps + " " + loss);
    }
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

  /** The present work of a worker: training a stage, or scoring a cell. */
  record Unit(String id, boolean scoring) {
    String words() {
      return scoring ? " while it scored cell " + id : " while it trained stage " + id;
    }
  }

  /** Reads a worker's lines and passes them to a listener. */
  static final class Reader {
    private final Map<String, Cell> cells = new HashMap<>();
    private final Map<String, Stage> stages = new HashMap<>();
    private final Map<String, Double> open = new TreeMap<>();
    private final RunListener told;
    private Optional<Unit> doing = Optional.empty();

    Reader(Plan plan, Stages stages, RunListener told) {
      plan.cells().forEach(cell -> cells.put(cell.id(), cell));
      stages.all().forEach(stage -> this.stages.put(stage.id(), stage));
      this.told = told;
    }

    /** The worker's present work, according to its lines. */
    Optional<Unit> doing() {
      return doing;
    }

    void read(String line) {
      String[] parts = line.split("\t", 3);
      if (parts.length < 3) {
        return; // other output on standard output
      }
      Cell cell = cells.get(parts[1]);
      Stage stage = stages.get(parts[1]);
      if (cell != null) {
        read(parts[0], cell, parts[2]);
      } else if (stage != null) {
        read(parts[0], stage, parts[2]);
      } else if (parts[0].equals(OPEN) && parts[1].equals(END)) {
        told.open(open);
      }
    }

    private void read(String event, Cell cell, String rest) {
      doing = event.equals(SCORING) ? Optional.of(new Unit(cell.id(), true)) : Optional.empty();
      switch (event) {
        case SCORING -> told.evaluating(cell, rest);
        case SKIPPED -> told.skipped(cell);
        case FINISHED -> told.finished(cell);
        case FAILED -> told.failed(cell, rest);
        default -> throw new IllegalArgumentException("event '" + event + "' of a cell");
      }
    }

    private void read(String event, Stage stage, String rest) {
      switch (event) {
        case OPEN -> open.put(stage.id(), Double.valueOf(rest));
        case TRAINING -> {
          doing = Optional.of(new Unit(stage.id(), false));
          Optional.ofNullable(cells.get(rest)).ifPresent(cell -> told.training(cell, stage));
        }
        case STEP -> {
          String[] numbers = rest.split(" ");
          told.trained(
              stage,
              Long.parseLong(numbers[0]),
              Long.parseLong(numbers[1]),
              Double.parseDouble(numbers[2]));
        }
        default -> throw new IllegalArgumentException("event '" + event + "' of a stage");
      }
    }
  }
}
