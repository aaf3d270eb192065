package io.github.palimpsest.experiment.subject;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.inference.InputRoom;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.results.folder.DataUse;
import io.github.palimpsest.results.folder.SetScore;
import io.github.palimpsest.results.items.Item;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What an experiment trains and measures: a model, its tasks, and how they are scored. */
public interface Subject extends AutoCloseable {
  /** The model; the same for all cells. */
  Model model();

  /** The weights before the first task; the same snapshot for the same seed. */
  WeightSnapshot pretrained(long seed);

  /** The training examples of a task, from 0. */
  TaskData task(int index);

  /**
   * Scores weights on an evaluation set. Pure: equal weights give equal bits.
   *
   * @param set the name of a task or of an evaluation set
   * @param weights the weights of {@link #model()}
   */
  SetScore score(String set, WeightSnapshot weights);

  /**
   * Refuses sets with items that do not fit the model after the rows of an adapter, and would fail
   * at their first score.
   *
   * @param adapter its recipe text
   * @param room what its rows leave
   * @throws PalimpsestException with the place of the set in the file; names adapter, set and
   *     record
   */
  default void requireRoom(String adapter, InputRoom room) {}

  /**
   * The mean loss of weights on the right answers of a set that is scored, whatever its measure, in
   * nats per target token. Pure: equal weights give equal bits.
   *
   * @param set the name of a task or of an evaluation set
   * @param weights the weights of {@link #model()}
   */
  double loss(String set, WeightSnapshot weights);

  /**
   * The examples of a task or of an evaluation set, for probes: a task's are those it is trained
   * on.
   *
   * @param set the name of a task or of an evaluation set
   * @throws io.github.palimpsest.api.PalimpsestException if the set has no loss
   */
  List<Example> examples(String set);

  /**
   * Saves weights of the model as a new folder.
   *
   * @param weights the weights of {@link #model()}
   * @param folder must not exist yet
   * @param dtype the type of the weights in the file; empty for the usual one of the model
   * @param card the content of {@code README.md}; empty, as for a classifier, for no such file
   * @throws PalimpsestException if the folder exists or cannot be written, or the model or its
   *     weights are none that are saved
   */
  default void save(WeightSnapshot weights, Path folder, Optional<Dtype> dtype, String card) {
    throw new PalimpsestException("the model of this experiment has no files to be saved in");
  }

  /**
   * What a set asks, item by item, in the order of its scores; empty if its items have no answer.
   *
   * @param set the name of a task or of an evaluation set
   */
  default List<Item> items(String set) {
    return List.of();
  }

  /** What training and evaluation data have in common. */
  default Overlaps overlaps() {
    return Overlaps.NONE;
  }

  /** What became of the records of the data. */
  default DataUse data() {
    return DataUse.NONE;
  }

  /**
   * The largest batch that scoring a set takes.
   *
   * @param set the name of a task or of an evaluation set
   */
  default ScoredBatch largestBatch(String set) {
    return new ScoredBatch(0, 0, false);
  }

  /** Gives up the memory of weights that were scored; the next score loads its own. */
  default void release() {}

  @Override
  void close();
}
