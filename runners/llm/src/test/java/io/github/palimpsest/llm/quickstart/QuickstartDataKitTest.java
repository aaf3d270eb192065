package io.github.palimpsest.llm.quickstart;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.TextTokenizer;
import io.github.palimpsest.tck.DataKit;
import java.util.ArrayList;
import java.util.List;

class QuickstartDataKitTest extends DataKit {
  private static List<Example> encoded(String task, List<Document> documents) {
    Quickstart quickstart = new Quickstart(1);
    try (TextTokenizer tokenizer = quickstart.tokenizer()) {
      return quickstart.encoder(tokenizer).encode(task, documents).examples();
    }
  }

  @Override
  protected List<TaskData> tasks() {
    List<TaskData> tasks = new ArrayList<>();
    for (QuickstartTask task : new Quickstart(1).tasks()) {
      tasks.add(TaskData.of(tasks.size(), task.name(), encoded(task.name(), task.training())));
    }
    return tasks;
  }

  @Override
  protected List<Example> evaluation(TaskData task) {
    QuickstartTask quickstart = new Quickstart(1).tasks().get(task.index());
    return encoded(task.name(), quickstart.evaluation());
  }
}
