package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.Locale;

/** What A and B of a low-rank adapter are at the start. */
enum Start {
  /** A uniform at random, B zero: the initialisation of PEFT. */
  DEFAULT,
  /**
   * Half of the inner places begin at random in A and the others in B, so that {@code A B} is zero
   * and both have a gradient from the first step: PEFT's {@code orthogonal}, up to a rotation of
   * the inner space.
   */
  ORTHOGONAL,
  /** The largest singular triples of W (Meng, Wang and Zhang 2024, arXiv:2404.02948). */
  PISSA,
  /** The smallest singular triples of W (Wang et al. 2024, arXiv:2406.09044). */
  MILORA,
  /**
   * LoRA-Null (Tang et al. 2025, arXiv:2503.02659): with U_n the r directions of least variance
   * among W's inputs on the corpus, the singular triples of {@code U_n U_n^T W}. What the corpus
   * hardly uses is trained, and what it does use stays in the frozen rest.
   */
  NULL_SPACE;

  /** Whether A and B start as a part of W, which the base then lacks. */
  boolean isPartOfKernel() {
    return this == PISSA || this == MILORA || this == NULL_SPACE;
  }

  /**
   * @throws PalimpsestException if a kernel has fewer singular triples than the rank, or the rank
   *     or scale is too small; names the setting
   */
  void check(ParameterSpec kernel, LowRank lowRank) {
    String init = "setting 'init': " + name().toLowerCase(Locale.ROOT);
    if (this == ORTHOGONAL && lowRank.rank() < 2) {
      throw new PalimpsestException(init + " needs rank=2 or more");
    }
    if (isPartOfKernel() && lowRank.alpha() == 0) {
      throw new PalimpsestException(init + " needs an alpha above 0");
    }
    if (isPartOfKernel()) {
      Singular.check(init + " with rank=", lowRank.rank(), kernel);
    }
  }
}
