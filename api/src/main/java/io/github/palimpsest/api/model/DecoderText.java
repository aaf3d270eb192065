package io.github.palimpsest.api.model;

import java.util.ArrayList;
import java.util.List;

/** A description of a decoder in one line, for messages. */
final class DecoderText {
  private DecoderText() {}

  static String of(DecoderSpec s) {
    boolean alike = s.attentionByLayer().stream().allMatch(s.attention()::equals);
    List<String> all =
        new ArrayList<>(
            List.of(
                "vocabulary=" + s.vocabulary(),
                "width=" + s.width(),
                "layers=" + s.layers(),
                "positions=" + s.positions(),
                "attention=" + (alike ? s.attention() : s.attentionByLayer()),
                "feedForward=" + s.feedForward(),
                "norm=" + s.norm()));
    add(all, s.normPlace() != NormPlace.BEFORE, "norms " + s.normPlace());
    add(all, s.isParallel(), "parallel");
    add(all, s.hasLearnedPositions(), "learned positions");
    add(all, !s.scales().equals(ScaleSpec.none()), "scales=" + s.scales());
    add(all, s.hasKernelsAsUsed(), "kernels as used");
    all.addAll(
        List.of(
            "tiedHead=" + s.tiedHead(),
            "initialDeviation=" + s.initialDeviation(),
            "bos=" + s.bos(),
            "eos=" + s.eos(),
            "names=" + s.names()));
    return "decoder[" + String.join(", ", all) + "]";
  }

  private static void add(List<String> all, boolean varied, String variation) {
    if (varied) {
      all.add(variation);
    }
  }
}
