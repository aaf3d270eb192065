package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import java.util.Locale;

/** The initial values of A and B of a low-rank adapter. */
enum Start {
  /** A is uniformly random, B is zero: the initialisation of PEFT. */
  DEFAULT,
  /**
   * Half of the inner places are random in A and the others in B, so that {@code A B} is zero and
   * both have a gradient from the first step: PEFT's {@code orthogonal}, up to a rotation of the
   * inner space.
   */
  ORTHOGONAL,
  /** The largest singular triples of W (Meng, Wang and Zhang 2024, arXiv:2404.02948). */
  PISSA,
  /** The smallest singular triples of W (Wang et al. 2024, arXiv:2406.09044). */
  MILORA,
  /**
   * LoRA-Null (Tang et al. 2025, arXiv:2503.02659): with U_n the r directions of least variance
   * among W's inputs on the corpus, the singular triples of {@code U_n U_n^T W}. Directions that
   * the corpus hardly uses are trained; the others stay in the frozen remainder.
   */
  NULL_SPACE;

  /** Whether A and B start as a part of W, which is then subtracted from the base. */
  boolean isPartOfKernel() {
    return this == PISSA || this == MILORA || this == NULL_SPACE;
  }

  /**
   * @throws PalimpsestException if a kernel has fewer singular triples than the rank, or the rank
   *     or scale is too small; names the setting
   */
  void check(ParameterSpec kernel, LowRank lowRank) {
    String init = "setting 'init': " + name().toLowerCase(Locale.ROOT);
    if (this == ORTHOGONAL && lowRank.rank(kernel.name()) < 2) {
      throw new PalimpsestException(init + " needs rank=2 or more");
    }
    if (isPartOfKernel() && lowRank.alphas().of(kernel.name()) == 0) {
      throw new PalimpsestException(init + " needs an alpha above 0");
    }
    if (isPartOfKernel()) {
      Singular.check(init + " with rank=", lowRank.rank(kernel.name()), kernel);
    }
  }
}
