package io.github.palimpsest.llm.family;

import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.tck.ModelFamilyKit;
import org.junit.jupiter.api.Tag;

@Tag("native")
class LlamaFamilyKitTest extends ModelFamilyKit {
  @Override
  protected ModelFamilyProvider subject() {
    return LlamaFamily.PROVIDER;
  }
}
