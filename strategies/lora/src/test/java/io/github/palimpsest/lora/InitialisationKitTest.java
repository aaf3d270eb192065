package io.github.palimpsest.lora;

import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.tck.AdapterKit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** Every rule of adapters for the initialisations that are not the default. */
@Tag("native")
class InitialisationKitTest {
  @Nested
  class Pissa extends AdapterKit {
    @Override
    protected AdapterProvider subject() {
      return Lora.PROVIDER;
    }

    @Override
    protected String settings() {
      return "init=pissa, rslora=true, dropout=0.5";
    }
  }

  @Nested
  class Milora extends AdapterKit {
    @Override
    protected AdapterProvider subject() {
      return Lora.PROVIDER;
    }

    @Override
    protected String settings() {
      return "init=milora";
    }
  }

  @Nested
  class NullSpace extends AdapterKit {
    @Override
    protected AdapterProvider subject() {
      return Lora.PROVIDER;
    }

    @Override
    protected String settings() {
      return "init=null-space, rank=2, corpus-examples=3";
    }
  }

  @Nested
  class Orthogonal extends AdapterKit {
    @Override
    protected AdapterProvider subject() {
      return Lora.PROVIDER;
    }

    @Override
    protected String settings() {
      return "init=orthogonal";
    }
  }

  @Nested
  class PatternsAndFull extends AdapterKit {
    @Override
    protected AdapterProvider subject() {
      return Dora.PROVIDER;
    }

    @Override
    protected String settings() {
      // modules of each of the kit's models: a pattern that matches none is refused
      return "target=\".*\", rank=2, rank-pattern=\"(fc1|up_proj)=3\","
          + " alpha-pattern=\"(fc2|down_proj)=5\", full=\".*bias\"";
    }
  }

  @Nested
  class DecomposedPissa extends AdapterKit {
    @Override
    protected AdapterProvider subject() {
      return Dora.PROVIDER;
    }

    @Override
    protected String settings() {
      return "init=pissa";
    }
  }
}
