package io.github.palimpsest.llm.score;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.Inference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The logits of a model, for comparison with other programs. */
public final class Logits {
  private static final String LOGITS = "logits";

  private Logits() {}

  /**
   * The logits of each row of tokens, {@code [tokens, vocabulary]} in row-major order.
   *
   * @param weights the model's weights
   * @param rows token ids; at most as long as the model's positions
   * @throws PalimpsestException if a row is too long or an id is not a token of the model
   */
  public static List<float[]> of(DecoderModel model, WeightSnapshot weights, List<int[]> rows) {
    int vocabulary = model.spec().vocabulary();
    List<Example> examples = new ArrayList<>();
    for (int[] ids : rows) {
      if (ids.length > model.spec().positions()) {
        throw new PalimpsestException(
            "a row of %d tokens is longer than the model's %d positions"
                .formatted(ids.length, model.spec().positions()));
      }
      for (int id : ids) {
        if (id < 0 || id >= vocabulary) {
          throw new PalimpsestException(
              "token %d is not from 0 to the model's %d".formatted(id, vocabulary - 1));
        }
      }
      examples.add(
          new Example(
              "row/" + examples.size(),
              ids.length,
              new TreeMap<>(
                  Map.of(
                      DecoderModel.IDS, new HostArray.Ints(ids, ids.length),
                      DecoderModel.TARGETS,
                          new HostArray.Floats(new float[ids.length], ids.length)))));
    }
    try (Inference inference = new Inference(model.parameters(), weights, Device.CPU)) {
      inference.requireRoom(model, examples);
      HostArray.Floats logits =
          (HostArray.Floats)
              inference
                  .program(
                      model.inputs(),
                      (tf, at, in) ->
                          Map.of(LOGITS, model.forward(tf, at, new FedInputs(model, in)).logits()))
                  .run(model.batch(examples))
                  .get(LOGITS);
      int tokens = (int) logits.shape()[1];
      float[] all = logits.toArray();
      List<float[]> each = new ArrayList<>();
      for (int row = 0; row < rows.size(); row++) {
        int from = row * tokens * vocabulary;
        each.add(Arrays.copyOfRange(all, from, from + rows.get(row).length * vocabulary));
      }
      return each;
    }
  }
}
