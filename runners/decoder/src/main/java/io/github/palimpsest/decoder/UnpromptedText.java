package io.github.palimpsest.decoder;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.DecoderSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Examples that a decoder writes with nothing given but the token with which texts begin. */
final class UnpromptedText {
  private UnpromptedText() {}

  /**
   * One of which all tokens but the first are to be drawn. A model without a token for the
   * beginning of a text begins with the one that ends the text before.
   *
   * @throws PalimpsestException if the model has neither
   */
  static Example blank(DecoderSpec spec, String id, int tokens) {
    int first =
        (spec.bos().isPresent() ? spec.bos() : spec.eos())
            .orElseThrow(
                () -> new PalimpsestException("this model has no token that begins a text"));
    int[] ids = new int[tokens];
    float[] targets = new float[tokens];
    Arrays.fill(ids, first);
    Arrays.fill(targets, 1, tokens, 1);
    return example(id, ids, targets);
  }

  /** A copy whose last token is the end token; the example itself if it has none. */
  static Example ended(DecoderSpec spec, Example drawn, DecoderModel.Sequence all) {
    for (int end = 1; spec.eos().isPresent() && end < all.ids().length; end++) {
      if (all.ids()[end] == spec.eos().getAsInt()) {
        return example(
            drawn.id(), Arrays.copyOf(all.ids(), end + 1), Arrays.copyOf(all.targets(), end + 1));
      }
    }
    return drawn;
  }

  private static Example example(String id, int[] ids, float[] targets) {
    return new Example(
        id,
        ids.length,
        new TreeMap<>(
            Map.of(
                DecoderModel.IDS, new HostArray.Ints(ids, ids.length),
                DecoderModel.TARGETS, new HostArray.Floats(targets, targets.length))));
  }
}
