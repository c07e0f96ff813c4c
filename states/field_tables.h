// The fields of the objects within states, each table beside what reads it: for editors and documentation. The states'
// own are in states/state_table.
#pragma once

#include "engine/definition/field_table.h"

namespace gait {

FieldTable BranchFields();           // of a Parallel
FieldTable ProcessorFields();        // ItemProcessor, and Iterator, which it replaced
FieldTable ProcessorConfigFields();  // of an ItemProcessor
FieldTable ItemReaderFields();
FieldTable ReaderConfigFields();  // of an ItemReader
FieldTable ItemBatcherFields();
FieldTable ResultWriterFields();

}  // namespace gait
