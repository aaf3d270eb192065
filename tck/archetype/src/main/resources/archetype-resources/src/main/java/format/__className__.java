package ${package};

import io.github.palimpsest.api.data.DataFormat;
import io.github.palimpsest.api.data.DataRecord;
import io.github.palimpsest.api.data.TextExample;
import java.util.List;

/**
 * Records with {@code source} and {@code target}: a sentence and its translation.
 *
 * @param arrow what stands between them
 */
record ${className}(String arrow) implements DataFormat {
  @Override
  public DataFormat.Gives gives() {
    return DataFormat.Gives.ANSWERS;
  }

  @Override
  public List<String> keys() {
    return List.of("source", "target");
  }

  @Override
  public String example() {
    return "{\"source\": \"two cats\", \"target\": \"zwei Katzen\"}";
  }

  @Override
  public TextExample read(DataRecord record) {
    return TextExample.answer(record.text("source") + arrow, record.text("target"));
  }
}
