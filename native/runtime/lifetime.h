// What must end before the process does.
#pragma once

namespace flambeau {

// Joins the workers of the thread pool; the next parallel work starts them again.
void stopThreads();

}  // namespace flambeau
